package staff

import (
	"errors"
	"testing"

	"aufruf/internal/problem"
)

// TestALineOfAnOutageIsReadOrNamesItsField: nobody's day is filled with a slip of the
// keyboard.
func TestALineOfAnOutageIsReadOrNamesItsField(t *testing.T) {
	for _, c := range []struct {
		line   afterLine
		walkIn bool
		count  int
		field  string
	}{
		{afterLine{Service: "a", Count: "1"}, true, 1, ""}, {afterLine{Service: "a", Count: "20", Clock: "940"}, true, 20, ""},
		{afterLine{Service: "a", Count: "21"}, true, 0, "count"}, {afterLine{Service: "a", Count: "0"}, true, 0, "count"},
		{afterLine{Service: "a", Count: "x"}, true, 0, "count"}, {afterLine{Service: "a", Count: "1", Clock: "25:00"}, true, 0, "clock"},
		{afterLine{Number: "417", Outcome: "served", Clock: "9.40"}, false, 1, ""}, {afterLine{Number: "41", Outcome: "served"}, false, 0, "number"},
		{afterLine{Number: "417", Clock: "94"}, false, 0, "clock"}, {afterLine{Number: "417", Clock: "09401"}, false, 0, "clock"},
	} {
		entry, count, err := c.line.entry(c.walkIn)
		var refused *problem.Error
		errors.As(err, &refused)
		if count != c.count || (err == nil) != (c.field == "") || refused != nil && refused.Fields[c.field] == "" {
			t.Errorf("%+v: got %+v %d times, %v; want %d times, refused %q", c.line, entry, count, err, c.count, c.field)
		}
	}
}

// TestATimeIsReadAsItIsTypedInAHurry: by minutes of the day.
func TestATimeIsReadAsItIsTypedInAHurry(t *testing.T) {
	for text, want := range map[string]int{"9:40": 580, "9.40": 580, "0940": 580, "940": 580, "09 40": 580, "23:59": 1439, "0:00": 0} {
		if got, err := typedClock(text); err != nil || got == nil || int(*got) != want {
			t.Errorf("%q: got %v, %v; want %d", text, got, err, want)
		}
	}
	if got, err := typedClock(""); got != nil || err != nil {
		t.Errorf("nothing: got %v, %v", got, err)
	}
}
