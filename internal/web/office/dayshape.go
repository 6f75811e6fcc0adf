package office

import (
	"fmt"
	"strings"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// axis is what the shapes of several days have in common, so that they can be
// compared at a glance: the times of the day, and the most people at once.
type axis struct {
	from, to int // minutes of the day, full hours
	most     int
	zone     *time.Location
	coarse   bool // what is booked as the mean of each hour: small shapes are read as a whole
}

// axisOf returns the axis of some days; of days that are all closed one that is
// as long as an office day.
func axisOf(days []booking.Occupancy, zone *time.Location) axis {
	a := axis{from: 24 * 60, most: 1, zone: zone}
	for i := range days {
		for _, iv := range days[i].Planned {
			a.from, a.to = min(a.from, int(iv.From)), max(a.to, int(iv.To))
		}
		for _, s := range days[i].Stretches {
			a.most = max(a.most, s.Staff, s.Booked)
		}
	}
	if a.to <= a.from {
		a.from, a.to = 8*60, 18*60
	}
	a.from, a.to = a.from/60*60, (a.to+59)/60*60
	return a
}

// shape is a day as a picture: what can be booked as an outline, what is booked
// as what fills it, what is beyond it above it, and what is closed as a dashed
// frame. Each is the data of an SVG path, in minutes and thousandths of the height.
type shape struct {
	Width                   int
	Room, Taken, Over, Shut string
	Hours                   string // lines at full hours
}

const shapeHeight = 1000

func (a axis) shape(o *booking.Occupancy) shape {
	s := shape{Width: a.to - a.from}
	var room, taken, over, shut, hours strings.Builder
	for i := 0; i < len(o.Stretches); {
		last := alike(o.Stretches, i)
		a.box(&room, a.minutes(o.Date, o.Stretches[i].From), a.minutes(o.Date, o.Stretches[last].To), 0, shapeHeight*o.Stretches[i].Staff)
		i = last + 1
	}
	for _, level := range a.levels(o) {
		a.box(&taken, level.from, level.to, 0, level.booked)
		a.box(&over, level.from, level.to, level.booked, level.booked+level.over)
	}
	for _, iv := range closedOf(o) {
		a.box(&shut, int(iv.From), int(iv.To), 0, shapeHeight*a.most)
	}
	for hour := a.from + 60; hour < a.to; hour += 60 {
		fmt.Fprintf(&hours, "M%d 0V%d", hour-a.from, shapeHeight)
	}
	s.Room, s.Taken, s.Over, s.Shut, s.Hours = room.String(), taken.String(), over.String(), shut.String(), hours.String()
	return s
}

// alike returns the last of the stretches from one on that follow each other with
// as many people for appointments.
func alike(all []booking.Stretch, i int) int {
	for i+1 < len(all) && all[i+1].From == all[i].To && all[i+1].Staff == all[i].Staff {
		i++
	}
	return i
}

// level is how many are booked from a minute of the day to another, in thousandths
// of a person: as many as are meant, and beyond.
type level struct{ from, to, booked, over int }

func (a axis) levels(o *booking.Occupancy) []level {
	levels := make([]level, 0, len(o.Stretches))
	for i := range o.Stretches {
		s := &o.Stretches[i]
		levels = append(levels, level{
			from: a.minutes(o.Date, s.From), to: a.minutes(o.Date, s.To),
			booked: shapeHeight * min(s.Booked, s.Staff), over: shapeHeight * max(s.Booked-s.Staff, 0),
		})
	}
	if !a.coarse {
		return levels
	}
	return a.byHour(levels)
}

// byHour returns the mean of each hour in which somebody is there.
func (a axis) byHour(levels []level) []level {
	var hours []level
	for from := a.from; from < a.to; from += 60 {
		hour, open := level{from: from + 60, to: from}, 0
		for _, l := range levels {
			start, end := max(l.from, from), min(l.to, from+60)
			if end <= start {
				continue
			}
			hour.from, hour.to, open = min(hour.from, start), max(hour.to, end), open+end-start
			hour.booked += l.booked * (end - start)
			hour.over += l.over * (end - start)
		}
		if open > 0 {
			hour.booked, hour.over = hour.booked/open, hour.over/open
			hours = append(hours, hour)
		}
	}
	return hours
}

// box draws from one minute of the day to another, from so many thousandths of a
// person to so many.
func (a axis) box(path *strings.Builder, from, to, low, high int) {
	if high <= low || to <= from {
		return
	}
	fmt.Fprintf(path, "M%d %dV%dH%dV%dZ", from-a.from, a.height(low), a.height(high), to-a.from, a.height(low))
}

func (a axis) height(thousandths int) int { return shapeHeight - thousandths/a.most }

// minutes returns the minute of the day that the wall clock shows at an instant.
func (a axis) minutes(date town.Date, unix int64) int {
	local := time.Unix(unix, 0).In(a.zone)
	days := int(town.DateOf(local, a.zone) - date)
	return days*24*60 + local.Hour()*60 + local.Minute()
}

// closedOf returns what the rules would have open and a closure hasn't.
func closedOf(o *booking.Occupancy) []booking.Interval {
	var closed []booking.Interval
	for _, iv := range o.Planned {
		from := iv.From
		for _, open := range o.Open {
			if open.To <= from || open.From >= iv.To {
				continue
			}
			if open.From > from {
				closed = append(closed, booking.Interval{From: from, To: open.From})
			}
			from = open.To
		}
		if from < iv.To {
			closed = append(closed, booking.Interval{From: from, To: iv.To})
		}
	}
	return closed
}

// ticks are the full hours of an axis, for the words above the shapes.
func (a axis) ticks() []int {
	var hours []int
	for hour := a.from; hour < a.to; hour += 60 {
		hours = append(hours, hour/60)
	}
	return hours
}
