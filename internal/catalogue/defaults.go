package catalogue

import (
	"strconv"

	"aufruf/internal/town"
)

// What a new thing has where its file says nothing.

func newAuthority() Authority {
	return Authority{Languages: []town.Language{town.German, town.English, town.PlainGerman}}
}

// isNew reports whether nothing was ever said about the authority.
func (a Authority) isNew() bool { return len(a.Name) == 0 && a.State == "" }

func newService() Service { return Service{MaxQuantity: 1} }

func newRoom() Room { return Room{Verified: true} }

func newWalkIn() WalkIn { return WalkIn{Handicap: 30} }

func newOffice() Office {
	return Office{
		Grid: 10, Lead: 30, Horizon: 42,
		WalkIn: newWalkIn(),
		Grace:  5, WaitAim: 20, CallsToNoShow: 1,
		Reminders: []int{72, 24},
	}
}

// handicap is a number of minutes or the word day, for strictly after
// appointments. It spans two members of WalkIn.
func handicap() kind[WalkIn] {
	minutes := whole(0, 1440)
	return kind[WalkIn]{
		read: func(r *reader, n *node, into *WalkIn) {
			if n.form == formText && n.value == "day" {
				into.After = true
				return
			}
			if n.form != formNumber {
				r.wrong(n.at, "want minutes, or the word day")
				return
			}
			into.After = false
			minutes.read(r, n, &into.Handicap)
		},
		write: func(v WalkIn, _ writing) *node {
			if v.After {
				return textNode("day")
			}
			return numberNode(strconv.Itoa(v.Handicap))
		},
		schema: func() *node {
			return (&node{}).with("anyOf", listNode(minutes.schema(), (&node{}).with("const", textNode("day"))))
		},
	}
}

func handicapField() field[WalkIn] {
	f := in("handicap", "minutes that a walk-in sorts after its arrival, or day: after all appointments",
		handicap(), func(w *WalkIn) *WalkIn { return w })
	f.reset = func(w, from *WalkIn) { w.Handicap, w.After = from.Handicap, from.After }
	return f
}
