package live

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// todayFresh is how long what screens tell of the day may stand: a lane of the next
// numbers is read beside the calls, everything else changes slowly.
const todayFresh = 2 * time.Second

// todays keeps what screens that look alike are told of the day, encoded once.
type todays struct {
	mu   sync.Mutex // never held over a look
	kept map[string]*today
}

// today is what screens of one look are told. They wait for one look at the day
// together, and nobody else does.
type today struct {
	mu   sync.Mutex
	raw  []byte
	says bool      // there is an office that calls by the screen
	at   time.Time // of the last look, by the machine's clock
}

// of returns what is told to screens of a look.
func (all *todays) of(key string) *today {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.kept == nil {
		all.kept = map[string]*today{}
	}
	if all.kept[key] == nil {
		all.kept[key] = &today{}
	}
	return all.kept[key]
}

// Today returns the encoded message of what a screen tells of the day; the same bytes
// for all that look alike, and until it changes. Nil where it can't be read and was
// never read: a screen does without. It says something where an office calls people by
// the screen.
func (l *Live) Today(ctx context.Context, branch town.BranchID, s Screen) (raw []byte, says bool) {
	language, next := l.todayOf(branch, s)
	told := l.todays.of(fmt.Sprint(branch, language, next, s.Offices))
	told.mu.Lock()
	defer told.mu.Unlock()
	if time.Since(told.at) < todayFresh {
		return told.raw, told.says
	}
	ctx, cancel := context.WithTimeout(ctx, l.pace.TodayWithin)
	defer cancel()
	read, says, err := l.readToday(ctx, branch, s.Offices, language, next)
	if err != nil {
		l.log.WarnContext(ctx, "screens aren't told of the day", "branch", string(branch), "error", err)
	} else if says != told.says || !bytes.Equal(read, told.raw) {
		told.raw, told.says = read, says
	}
	told.at = time.Now() // a look that failed isn't made again at once, either
	return told.raw, told.says
}

func (l *Live) readToday(ctx context.Context, branch town.BranchID, offices []town.OfficeID, language town.Language, next int) (raw []byte, says bool, err error) {
	hall, err := l.app.Hall(ctx, branch, offices)
	if err != nil {
		return nil, false, err
	}
	raw, err = wire.Encode(l.todayMessage(branch, hall, language, next))
	return raw, len(hall.Offices) > 0, err
}

func (l *Live) todayOf(branch town.BranchID, s Screen) (language town.Language, next int) {
	b, ok := l.app.Catalogue().Branch(branch)
	if !ok {
		return s.Language, 0
	}
	style := b.ScreenStyle(s.Name)
	return s.in(style.Language), orZero(style.Next)
}

func (l *Live) todayMessage(branch town.BranchID, hall app.Hall, language town.Language, next int) wire.Today {
	message := wire.Today{Next: hall.Next[:min(next, len(hall.Next))]}
	b, _ := l.app.Catalogue().Branch(branch)
	for _, o := range hall.Offices {
		shown := wire.OfficeToday{ID: o.ID, Name: string(o.ID), Waiting: o.Waiting}
		if b != nil {
			if office, ok := b.Office(o.ID); ok {
				shown.Name = office.Name.In(language)
			}
		}
		for _, iv := range o.Hours {
			shown.Hours = append(shown.Hours, iv.From.String()+"-"+iv.To.String())
		}
		if o.Admits {
			shown.Wait = &wire.Minutes{Low: o.Low, High: o.High}
		}
		message.Offices = append(message.Offices, shown)
	}
	return message
}

// lanes reports whether screens of a branch show who is next: they are nudged when
// the queue changes, instead of every few seconds only.
func (l *Live) lanes(branch town.BranchID) bool {
	b, ok := l.app.Catalogue().Branch(branch)
	if !ok {
		return false
	}
	if orZero(b.Screen.Next) > 0 {
		return true
	}
	for _, s := range b.Screens {
		if orZero(s.Next) > 0 {
			return true
		}
	}
	return false
}

// nudgeLanes has the screens of a branch look at the day again, at most every
// todayFresh; it is called by the one that sends the queue.
func (t *tail) nudgeLanes(now time.Time) {
	if now.Sub(t.nudged) < todayFresh || !t.live.lanes(t.branch) {
		return
	}
	t.nudged = now
	t.live.Screens.Set(t.branch, &Frame{}, func(Screen) bool { return true })
}

// columnsOf returns the offices that have a column each on a screen; none where there
// is only one, or more than fit.
func columnsOf(b *catalogue.Branch, language town.Language, of []town.OfficeID) []wire.OfficeColumn {
	var columns []wire.OfficeColumn
	for i := range b.Offices {
		o := &b.Offices[i]
		if o.Retired || len(of) > 0 && !slices.Contains(of, o.ID) || b.CallMode == town.CallPickup && o.CallMode != town.CallScreen || o.CallMode == town.CallPickup {
			continue
		}
		columns = append(columns, wire.OfficeColumn{ID: o.ID, Name: o.Name.In(language)})
	}
	if len(columns) < 2 || len(columns) > mostColumns {
		return nil
	}
	return columns
}

// mostColumns fit beside each other with numbers that are read from eight metres.
const mostColumns = 3

// slidesOf returns a branch's slides in a language, and their second.
func (l *Live) slidesOf(branch town.BranchID, slides []catalogue.Slide, language, second town.Language) []wire.Slide {
	pictures := l.app.Pictures(branch)
	var shown []wire.Slide
	for _, s := range slides {
		slide := wire.Slide{Text: s.Text.In(language)}
		if second != "" && len(s.Text) > 0 {
			slide.Second = differing(s.Text, language, second)
		}
		if picture, ok := pictures[s.Picture]; ok {
			slide.Text, slide.Picture = s.Alt.In(language), l.baseURL+wire.SlidePath+string(branch)+"/"+picture.File
		}
		shown = append(shown, slide)
	}
	return shown
}

// differing returns a text in the second language, empty where it is no other.
func differing(text town.Text, language, second town.Language) string {
	if there := text[second]; there != text.In(language) {
		return there
	}
	return ""
}
