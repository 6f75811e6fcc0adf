package booking_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

var nine = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// madeFrom is an appointment that was made some minutes after nine from networks in
// one another.
func madeFrom(ticket string, minute int, networks ...string) booking.Made {
	m := booking.Made{Ticket: town.TicketID(ticket), Office: "amt", Start: nine.AddDate(0, 0, 7), At: nine.Add(time.Duration(minute) * time.Minute)}
	for _, n := range networks {
		m.From = append(m.From, []byte(n))
	}
	return m
}

func TestManyOfOneNetworkAreASeries(t *testing.T) {
	var made []booking.Made
	for i := range 6 {
		made = append(made, madeFrom(fmt.Sprintf("wide-%d", i), 10-i, fmt.Sprintf("/64-%d", i%3), "/48"))
	}
	for i := range 5 {
		made = append(made, madeFrom(fmt.Sprintf("one-%d", i), i, "192.0.2.7"))
	}
	for i := range 4 {
		made = append(made, madeFrom(fmt.Sprintf("few-%d", i), i, "198.51.100.7"))
	}
	made = append(made, madeFrom("unknown", 1))
	series := booking.Series(made)
	if len(series) != 2 || len(series[0]) != 6 || len(series[1]) != 5 {
		t.Fatalf("got %d series: %v", len(series), series)
	}
	if first, last := series[0][0].Ticket, series[0][5].Ticket; first != "wide-5" || last != "wide-0" {
		t.Errorf("got %s to %s, want them in the order in which they were made", first, last)
	}
	if got := booking.Series(nil); len(got) != 0 {
		t.Errorf("of nothing: got %v", got)
	}
}

func TestAStartThatIsBookedAgainAtOnceWasPassedOn(t *testing.T) {
	start := nine.AddDate(0, 0, 7)
	back := func(ticket string, minute int) booking.GivenBack {
		return booking.GivenBack{Ticket: town.TicketID(ticket), Office: "amt", Start: start, At: nine.Add(time.Duration(minute) * time.Minute)}
	}
	seller := madeFrom("seller", 0, "192.0.2.7")
	for name, tt := range map[string]struct {
		back  []booking.GivenBack
		again booking.Made
		want  string
	}{
		"at once, of one network":   {[]booking.GivenBack{back("seller", 20)}, madeFrom("buyer", 20, "192.0.2.7"), "seller buyer true"},
		"ten minutes later":         {[]booking.GivenBack{back("seller", 20)}, madeFrom("buyer", 30, "198.51.100.7"), "seller buyer false"},
		"eleven minutes later":      {[]booking.GivenBack{back("seller", 20)}, madeFrom("buyer", 31), ""},
		"before it was given back":  {[]booking.GivenBack{back("seller", 20)}, madeFrom("buyer", 19), ""},
		"the same, and no other":    {[]booking.GivenBack{back("buyer", 20)}, madeFrom("buyer", 20), ""},
		"the last before":           {[]booking.GivenBack{back("first", 20), back("seller", 25), back("later", 29)}, madeFrom("buyer", 28, "192.0.2.7"), "seller buyer true"},
		"who gave back isn't known": {[]booking.GivenBack{back("before", 20)}, madeFrom("buyer", 21, "192.0.2.7"), "before buyer false"},
		"whose network isn't known": {[]booking.GivenBack{back("before", 20)}, madeFrom("buyer", 21), "before buyer false"},
	} {
		got := ""
		for _, p := range booking.Passed(tt.back, []booking.Made{seller, tt.again}) {
			got += fmt.Sprint(p.Back.Ticket, " ", p.Again.Ticket, " ", p.Same)
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	elsewhere := madeFrom("buyer", 20, "192.0.2.7")
	elsewhere.Office = "other"
	if got := booking.Passed([]booking.GivenBack{back("seller", 20)}, []booking.Made{elsewhere}); len(got) != 0 {
		t.Errorf("another office: got %v", got)
	}
}
