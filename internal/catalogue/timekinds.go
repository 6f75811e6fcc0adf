package catalogue

import (
	"slices"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

func date() kind[town.Date] {
	return kind[town.Date]{
		read: func(r *reader, n *node, into *town.Date) {
			if !r.want(n, formText) {
				return
			}
			value, err := town.ParseDate(n.value)
			if err != nil {
				r.wrong(n.at, "date %q: want YYYY-MM-DD", n.value)
				return
			}
			*into = value
		},
		write: func(v town.Date, _ writing) *node { return textNode(v.String()) },
		schema: func() *node {
			return schemaOf("string").with("pattern", textNode(`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`))
		},
	}
}

func timeOfDay() kind[town.TimeOfDay] {
	return scalar(parseTime, town.TimeOfDay.String, func() *node {
		return schemaOf("string").with("pattern", textNode(`^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$`))
	})
}

// parseTime is strict about two digits: 9:00 and 09:00 side by side read badly.
func parseTime(s string) (town.TimeOfDay, error) {
	if len(s) != len("00:00") {
		return 0, said("time of day %q: want HH:MM", s)
	}
	return town.ParseTimeOfDay(s)
}

// interval is written as 09:00-12:00.
func interval() kind[booking.Interval] {
	return scalar(parseInterval, func(i booking.Interval) string {
		return i.From.String() + "-" + i.To.String()
	}, func() *node {
		return schemaOf("string").with("pattern", textNode(`^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`))
	})
}

func parseInterval(s string) (booking.Interval, error) {
	first, last, found := strings.Cut(s, "-")
	if !found {
		return booking.Interval{}, said("%q: want an interval like 09:00-12:00", s)
	}
	from, err := parseTime(first)
	if err != nil {
		return booking.Interval{}, err
	}
	to, err := parseTime(last)
	if err != nil {
		return booking.Interval{}, err
	}
	if from >= to {
		return booking.Interval{}, said("%s: the end is not after the beginning", s)
	}
	return booking.Interval{From: from, To: to}, nil
}

// hours are intervals of one day in ascending order that don't overlap.
func hours() kind[[]booking.Interval] {
	k := inline(listOf(interval()))
	read := k.read
	k.read = func(r *reader, n *node, into *[]booking.Interval) {
		before := len(r.mistakes)
		read(r, n, into)
		if len(r.mistakes) > before {
			return
		}
		for i := 1; i < len(*into); i++ {
			if (*into)[i].From < (*into)[i-1].To {
				r.wrong(n.items[i].at, "%s overlaps %s, or stands before it", n.items[i].value, n.items[i-1].value)
			}
		}
	}
	schema := k.schema
	k.schema = func() *node { return schema().with("minItems", numberNode("1")) }
	return k
}

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func weekday() kind[time.Weekday] {
	return scalar(func(s string) (time.Weekday, error) {
		if i := slices.Index(weekdays, s); i >= 0 {
			return time.Weekday(i), nil
		}
		return 0, said("%q: want a day like monday%s", s, suggestion(s, weekdays))
	}, func(d time.Weekday) string { return weekdays[d] }, func() *node {
		return schemaOf("string").with("enum", textList(weekdays))
	})
}
