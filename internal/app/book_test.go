package app_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// outcomes runs fn many times at once and returns the errors by key; "" counts
// successes.
func outcomes(n int, fn func(i int) error) map[string]int {
	var mu sync.Mutex
	var all sync.WaitGroup
	counts := map[string]int{}
	for i := range n {
		all.Go(func() {
			err := fn(i)
			key := ""
			if err != nil {
				key = problem.Of(err).Key
			}
			mu.Lock()
			defer mu.Unlock()
			counts[key]++
		})
	}
	all.Wait()
	return counts
}

func TestExactlyAsManyAsFit(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:20")
	nearest := []time.Time{at(t, tuesday, "09:10"), at(t, tuesday, "09:30"), at(t, tuesday, "09:00")}
	var mu sync.Mutex
	var without int
	got := outcomes(500, func(int) error {
		_, err := h.Book(h.ctx(), access.Actor{}, wants(start))
		if times := problem.Of(err).Alternatives; err != nil && !slices.EqualFunc(times, nearest, time.Time.Equal) {
			mu.Lock()
			without++
			mu.Unlock()
		}
		return err
	})
	if got[""] != 2 || got["booking.slot_taken"] != 498 {
		t.Errorf("got %v, want 2 bookings and 498 refusals", got)
	}
	if without > 0 {
		t.Errorf("got %d refusals without the three nearest times", without)
	}
	line, err := h.Line(h.ctx(), markt)
	if err != nil {
		t.Fatal(err)
	}
	if len(line.Waiting) != 2 || line.Waiting[0].Number == line.Waiting[1].Number {
		t.Errorf("got %d tickets, want two with different numbers", len(line.Waiting))
	}
}

func TestHoldsMovesAndCancellationsNeverPassCapacity(t *testing.T) {
	h := openTownHall(t)
	starts := []time.Time{at(t, tuesday, "09:00"), at(t, tuesday, "09:10"), at(t, tuesday, "09:20"), at(t, tuesday, "13:00")}
	counts := outcomes(120, func(i int) error {
		start := starts[i%len(starts)]
		r := wants(start)
		if i%3 == 0 {
			held, err := h.Hold(h.ctx(), access.Actor{}, r.Wanted, start)
			if err != nil {
				return err
			}
			r.Hold = held.ID
		}
		made, err := h.Book(h.ctx(), access.Actor{}, r)
		if err != nil {
			return err
		}
		switch i % 5 {
		case 0:
			return h.Cancel(h.ctx(), access.Actor{}, made.Token)
		case 1:
			_, err = h.Move(h.ctx(), access.Actor{}, made.Token, "", starts[(i+1)%len(starts)])
		}
		return err
	})
	if counts["internal"] > 0 {
		t.Fatalf("got internal errors: %v", counts)
	}
	line, err := h.Line(h.ctx(), markt)
	if err != nil {
		t.Fatal(err)
	}
	perStart, numbers := map[time.Time]int{}, map[town.Number]bool{}
	for _, ticket := range line.Waiting {
		perStart[ticket.Start]++
		if numbers[ticket.Number] {
			t.Errorf("number %s was given out twice", ticket.Number)
		}
		numbers[ticket.Number] = true
	}
	for start, n := range perStart {
		if n > 2 {
			t.Errorf("got %d appointments at %s, want at most 2", n, start)
		}
	}
}

func TestIdempotencyKeyMakesRepeatedBookingsOne(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "10:00")
	actor := access.Actor{Key: "3d1f"}
	var mu sync.Mutex
	tokens, numbers := map[string]bool{}, map[town.Number]bool{}
	got := outcomes(20, func(int) error {
		made, err := h.Book(h.ctx(), actor, wants(start))
		mu.Lock()
		defer mu.Unlock()
		tokens[made.Token], numbers[made.Ticket.Number] = true, true
		return err
	})
	if got[""] != 20 || len(tokens) != 1 || len(numbers) != 1 {
		t.Errorf("got %v, %d tokens, %d numbers; want one booking answered 20 times", got, len(tokens), len(numbers))
	}
	if got, want := h.free(start), 1; got != want {
		t.Errorf("got %d places free, want %d", got, want)
	}
	other := wants(at(t, tuesday, "10:10"))
	if _, err := h.Book(h.ctx(), actor, other); !problem.Is(err, "request.key_reused") {
		t.Errorf("got %v, want request.key_reused", err)
	}
}

func TestMoveFreesTheOldTimeAndKeepsTheNumber(t *testing.T) {
	h := openTownHall(t)
	was, becomes := at(t, tuesday, "09:00"), at(t, tuesday.AddDays(2), "13:30")
	made := h.book(was)
	moved, err := h.Move(h.ctx(), access.Actor{}, made.Token, "", becomes)
	if err != nil {
		t.Fatal(err)
	}
	if moved.Ticket.Number != made.Ticket.Number || moved.Ticket.Revision != 1 || moved.Person.Name != "Ada Beispiel" {
		t.Errorf("got number %s revision %d, want %s and 1", moved.Ticket.Number, moved.Ticket.Revision, made.Ticket.Number)
	}
	if got, want := h.free(was), 2; got != want {
		t.Errorf("old time: got %d free, want %d", got, want)
	}
	if got, want := h.free(becomes), 1; got != want {
		t.Errorf("new time: got %d free, want %d", got, want)
	}
}

func TestMoveWithinItsOwnTimeIsPossible(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	first := h.book(start)
	h.book(start)
	if _, err := h.Move(h.ctx(), access.Actor{}, first.Token, "", start.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Move(h.ctx(), access.Actor{}, first.Token, "", start); err != nil {
		t.Errorf("back to the time it came from: %v", err)
	}
}

func TestARefusedMoveOffersOtherTimesThanItsOwn(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	own := h.book(start)
	full := start.Add(10 * time.Minute)
	h.book(full)
	h.book(full)
	_, err := h.Move(h.ctx(), access.Actor{}, own.Token, "", full)
	got := problem.Of(err).Alternatives
	if len(got) != 3 {
		t.Fatalf("got %v with alternatives %v, want a refusal with three", err, got)
	}
	for i, want := range []string{"09:20", "09:30", "09:40"} {
		if !got[i].Equal(at(t, tuesday, want)) {
			t.Errorf("alternative %d: got %s, want %s", i+1, got[i], want)
		}
	}
}

// Citizens do, too: movebranch_test.go.
func TestStaffMoveToAnotherBranch(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:00"))
	there := at(t, tuesday, "09:30")
	moved, err := h.Move(h.ctx(), staff(clerk), made.Token, nera, there)
	if err != nil {
		t.Fatal(err)
	}
	if moved.Ticket.Branch != nera {
		t.Errorf("got branch %s, want %s", moved.Ticket.Branch, nera)
	}
	if there, err := h.Appointment(h.ctx(), made.Token); err != nil || there.Person == nil {
		t.Errorf("got %v, want it there with its person", err)
	}
}

func TestCancelTwiceIsFineAndFreesTheTime(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	made := h.book(start)
	for range 2 {
		if err := h.Cancel(h.ctx(), access.Actor{}, made.Token); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := h.free(start), 2; got != want {
		t.Errorf("got %d free, want %d", got, want)
	}
	found, err := h.Appointment(h.ctx(), made.Token)
	if err != nil || found.Ticket.State != queue.Cancelled {
		t.Errorf("got %v %v, want cancelled", found.Ticket.State, err)
	}
}

func TestATokenLivesToTheEndOfItsLocalDay(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:00"))
	for _, c := range []struct {
		now  time.Time
		over bool
	}{
		{at(t, tuesday, "23:59"), false},
		{at(t, tuesday.AddDays(1), "00:00"), true},
	} {
		h.set(c.now)
		_, err := h.Appointment(h.ctx(), made.Token)
		if got := problem.Is(err, "appointment.over_or_unknown"); got != c.over {
			t.Errorf("at %s: got over %v, want %v", c.now, got, c.over)
		}
	}
}

func TestReturnedNumbersAreDrawnLast(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    excluded_numbers: [{from: 100, to: 996}]\n")
	day := tuesday.AddDays(2)
	first := h.book(at(t, day, "09:00"))
	if err := h.Cancel(h.ctx(), access.Actor{}, first.Token); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		made := h.book(at(t, day, fmt.Sprintf("09:%d0", i)))
		if made.Ticket.Number == first.Ticket.Number {
			t.Errorf("drew the returned number %s while fresh ones were left", made.Ticket.Number)
		}
	}
	if made := h.book(at(t, day, "10:00")); made.Ticket.Number != first.Ticket.Number {
		t.Errorf("got %s, want the returned number %s", made.Ticket.Number, first.Ticket.Number)
	}
	_, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, day, "10:10")))
	if !problem.Is(err, "number.none_left") {
		t.Errorf("got %v, want number.none_left", err)
	}
	if got, want := h.free(at(t, day, "10:10")), 2; got != want {
		t.Errorf("the refused booking took a place: got %d free, want %d", got, want)
	}
}

func TestOnTheDayItselfAReturnedNumberStaysReturned(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    excluded_numbers: [{from: 100, to: 998}]\n")
	made := h.book(at(t, tuesday, "09:00"))
	if err := h.Cancel(h.ctx(), access.Actor{}, made.Token); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(at(t, tuesday, "10:00"))); !problem.Is(err, "number.none_left") {
		t.Errorf("got %v, want number.none_left", err)
	}
}

func TestBadBookingsNameWhatIsWrong(t *testing.T) {
	h := openTownHall(t)
	good := at(t, tuesday, "09:00")
	for name, c := range map[string]struct {
		change func(*app.BookRequest)
		kind   problem.Kind
		want   string // key, or field
	}{
		"unknown branch":  {func(r *app.BookRequest) { r.Branch = "nowhere" }, problem.NotFound, "branch.unknown"},
		"unknown service": {func(r *app.BookRequest) { r.Items = one("nothing") }, problem.NotFound, "service.unknown"},
		"no service":      {func(r *app.BookRequest) { r.Items = nil }, problem.Invalid, "services"},
		"too many":        {func(r *app.BookRequest) { r.Items[0].Quantity = 99 }, problem.Invalid, "services"},
		"outside hours":   {func(r *app.BookRequest) { r.Start = at(t, tuesday, "12:30") }, problem.Invalid, "start"},
		"past":            {func(r *app.BookRequest) { r.Start = at(t, tuesday.AddDays(-1), "09:00") }, problem.Invalid, "start"},
		"off the grid":    {func(r *app.BookRequest) { r.Start = at(t, tuesday, "09:07") }, problem.Invalid, "start"},
		"no name":         {func(r *app.BookRequest) { r.Person.Name = " " }, problem.Invalid, "name"},
		"no mail":         {func(r *app.BookRequest) { r.Person.Email = "" }, problem.Invalid, "email"},
		"no mail address": {func(r *app.BookRequest) { r.Person.Email = "ada@" }, problem.Invalid, "email"},
		"long support":    {func(r *app.BookRequest) { r.Person.Support = string(make([]rune, 201)) }, problem.Invalid, "support"},
		"overbooking":     {func(r *app.BookRequest) { r.Overbook = true }, problem.Forbidden, "booking.overbook_staff_only"},
	} {
		t.Run(name, func(t *testing.T) {
			r := wants(good)
			c.change(&r)
			_, err := h.Book(h.ctx(), access.Actor{}, r)
			var p *problem.Error
			if !errors.As(err, &p) {
				t.Fatalf("got %v, want a problem", err)
			}
			if _, field := p.Fields[c.want]; p.Kind != c.kind || p.Key != c.want && !field {
				t.Errorf("got kind %d %v, want kind %d about %s", p.Kind, p, c.kind, c.want)
			}
		})
	}
	if got, want := h.free(good), 2; got != want {
		t.Errorf("a refused booking took a place: got %d free, want %d", got, want)
	}
}

func TestStaffBookWithoutMailAndBeyondTheOnlineShare(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	h.book(start)
	h.book(start)
	r := wants(start)
	r.Person.Email = ""
	if _, err := h.Book(h.ctx(), staff(clerk), r); err != nil {
		t.Fatalf("staff share: %v", err)
	}
	if _, err := h.Book(h.ctx(), staff(clerk), r); !problem.Is(err, "booking.slot_taken") {
		t.Fatalf("got %v, want booking.slot_taken", err)
	}
	r.Overbook = true
	made, err := h.Book(h.ctx(), staff(clerk), r)
	if err != nil || !made.Ticket.Overbooked {
		t.Errorf("got overbooked %v, %v; want it marked", made.Ticket.Overbooked, err)
	}
}
