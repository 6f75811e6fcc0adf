package app_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// BenchmarkDealing previews, carries out and undoes new times for 500 appointments
// whose days are closed, while a desk takes people in and calls them all the time.
// It reports how long each took, and the longest that a call waited: beside the
// longest without any of it, for a busy machine makes both longer.
func BenchmarkDealing(b *testing.B) {
	for _, engine := range engines {
		for _, kind := range []ledger.RunKind{ledger.RunOffer, ledger.RunMove} {
			b.Run(engine.name+" "+string(kind), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					watched := &watchedStore{}
					h := openTownHallOn(b, engine.open(b), func(s ledger.Store) ledger.Store { watched.Store = s; return watched })
					d := fiveHundred(b, h)
					d.Kind = kind
					h.set(at(b, tuesday, "09:00"))
					alone := h.slowestAlone(b)
					b.StartTimer()
					watched.forgets()
					stop, longest := h.callsAllTheTime(b)
					began := time.Now()
					proposals, err := h.Dealings.Preview(h.ctx(), boss(), d)
					if err != nil || len(proposals) != 500 {
						b.Fatalf("got %d proposals, %v", len(proposals), err)
					}
					b.ReportMetric(time.Since(began).Seconds(), "s/preview")
					began = time.Now()
					id := h.deals(d)
					b.ReportMetric(time.Since(began).Seconds(), "s/run")
					began = time.Now()
					h.wantNone(h.Dealings.Undo(h.ctx(), boss(), markt, id))
					h.carriesOut()
					b.ReportMetric(time.Since(began).Seconds(), "s/undo")
					close(stop)
					wait := <-longest
					b.ReportMetric(float64(wait.Microseconds())/1000, "ms/longest-call")
					b.ReportMetric(float64(alone.Microseconds())/1000, "ms/longest-call-alone")
					watched.tells(b)
					if report := h.report(id); report.Undone != 500 {
						b.Fatalf("got %d undone and %d left", report.Undone, report.Left)
					}
				}
			})
		}
	}
}

// fiveHundred books 500 appointments from the Thursday on and closes their days.
func fiveHundred(b *testing.B, h *townHall) app.Dealing {
	b.Helper()
	booked, last := 0, thursday
	for date := thursday; booked < 500; date++ {
		slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin), Staff: true}, date)
		if err != nil {
			b.Fatal(err)
		}
		for _, slot := range slots {
			for range slot.Free {
				if booked == 500 {
					break
				}
				wanted := wants(slot.Start)
				wanted.Person.Email = fmt.Sprintf("bo%d@example.org", booked)
				if _, err := h.Book(h.ctx(), staff(clerk), wanted); err == nil {
					booked, last = booked+1, date
				}
			}
		}
	}
	h.closes(app.Closing{Counters: dayOff(thursday).Counters, Closure: booking.Closure{From: thursday, To: last}})
	d := offers(b)
	d.Earliest = last + 1
	return d
}

// slowestAlone is the slowest call of as many as a run takes about, while nothing
// else happens.
func (h *townHall) slowestAlone(b *testing.B) time.Duration {
	b.Helper()
	stop, longest := h.callsAllTheTime(b)
	<-time.After(time.Second)
	close(stop)
	return <-longest
}

// betweenCalls is a pause in which far more is called than in any town hall, and few
// enough for the numbers of a day to last.
const betweenCalls = 15 * time.Millisecond

// callsAllTheTime takes people in and calls them until it is stopped, and tells how
// long the slowest call took.
func (h *townHall) callsAllTheTime(b *testing.B) (stop chan struct{}, longest chan time.Duration) {
	b.Helper()
	stop, longest = make(chan struct{}), make(chan time.Duration, 1)
	go func() {
		pace := time.NewTicker(betweenCalls)
		defer pace.Stop()
		most := time.Duration(0)
		for n := 0; ; n++ {
			select {
			case <-stop:
				longest <- most
				return
			case <-pace.C:
			}
			if _, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: markt, Items: one(pin)}}); err != nil {
				b.Error(err)
			}
			began := time.Now()
			command := deskwork.Command{ID: fmt.Sprintf("c%d-%d", began.UnixNano(), n), Type: deskwork.CallNext, Room: "platz-1"}
			if _, err := h.Do(context.WithValue(h.ctx(), aCall{}, true), staff(clerk), markt, command); err != nil {
				b.Error(err)
			}
			most = max(most, time.Since(began))
		}
	}()
	return stop, longest
}

// aCall marks the context of a call among everything else.
type aCall struct{}

// watchedStore notes how long calls wait for their branch, and how long everything
// else keeps the one where they are made.
type watchedStore struct {
	ledger.Store
	mu     sync.Mutex
	waited []time.Duration
	held   []time.Duration
}

func (s *watchedStore) forgets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waited, s.held = nil, nil
}

func (s *watchedStore) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	asked, has := time.Now(), time.Time{}
	err := s.Store.Update(ctx, branches, func(tx ledger.Tx) error {
		has = time.Now()
		return fn(tx)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	switch call := ctx.Value(aCall{}) != nil; {
	case has.IsZero():
	case call:
		s.waited = append(s.waited, has.Sub(asked))
	case slices.Contains(branches, markt):
		s.held = append(s.held, time.Since(has))
	}
	return err
}

// tells reports the median and the longest of both.
func (s *watchedStore) tells(b *testing.B) {
	b.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for what, all := range map[string][]time.Duration{"wait": s.waited, "hold": s.held} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms/median-"+what)
		b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, "ms/longest-"+what)
	}
}
