package app_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
)

// bookingsPerOp is less than what two months of one branch have free.
const bookingsPerOp = 400

// BenchmarkBook books durably, one citizen after another and many at once; an
// operation fills a fresh town hall.
func BenchmarkBook(b *testing.B) {
	for _, atOnce := range []int{1, 64} {
		b.Run(fmt.Sprint(atOnce, " at once"), func(b *testing.B) {
			var took time.Duration
			for range b.N {
				b.StopTimer()
				h := openTownHall(b)
				starts := freeStarts(b, h)
				b.StartTimer()
				began := time.Now()
				bookAll(b, h, starts, atOnce)
				took += time.Since(began)
			}
			b.ReportMetric(float64(b.N*bookingsPerOp)/took.Seconds(), "bookings/s")
		})
	}
}

func bookAll(b *testing.B, h *townHall, starts []time.Time, atOnce int) {
	b.Helper()
	var next atomic.Int64
	var citizens sync.WaitGroup
	for range atOnce {
		citizens.Go(func() {
			for i := next.Add(1); i <= bookingsPerOp; i = next.Add(1) {
				_, err := h.Book(h.ctx(), access.Actor{}, app.BookRequest{
					Wanted: pinAtMarkt, Start: starts[i],
					Person: app.Person{Name: "Ada Beispiel", Email: "ada@example.org"},
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	citizens.Wait()
}

// freeStarts returns bookable starts, each as often as it can be booked.
func freeStarts(b *testing.B, h *townHall) []time.Time {
	b.Helper()
	var starts []time.Time
	for date := tuesday.AddDays(1); date < tuesday.AddDays(60); date++ {
		slots, err := h.Memory.Slots(h.ctx(), pinAtMarkt, date)
		if err != nil {
			b.Fatal(err)
		}
		for _, slot := range slots {
			for range slot.Free {
				starts = append(starts, slot.Start)
			}
		}
	}
	return starts
}

// BenchmarkManyWaitAndNothingIsFree looks for what could be offered to three
// hundred wishes for the same while everything is closed.
func BenchmarkManyWaitAndNothingIsFree(b *testing.B) {
	h := openTownHall(b)
	h.office("opening: []")
	for i := range 300 {
		h.wish(atNight(wishFor(tuesday.AddDays(60), fmt.Sprintf("ada%d@example.org", i))))
	}
	b.ResetTimer()
	for range b.N {
		h.offerWishes()
	}
}
