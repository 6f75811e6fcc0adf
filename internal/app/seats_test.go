package app_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Who sits where is told by the day's calls: whoever moves is in the new room alone,
// and a room that is taken over is its new owner's; also after the step that ends a
// call.
func TestWhoSitsWhereIsToldByTheCalls(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:00"))
	for range 6 {
		h.walkIn()
	}
	colleague := func(id town.UserID, shown string) access.Actor {
		actor := staff(clerk)
		actor.User.ID, actor.User.Shown = id, shown
		h.wantNone(h.Access.AddUser(h.ctx(), ledger.User{ID: id, Role: ledger.RoleClerk, Shown: shown}, "ein langes Kennwort für alle"))
		return actor
	}
	krause, vogt := colleague("krause", "Frau Krause"), colleague("vogt", "")
	steps := 0
	does := func(actor access.Actor, cmd deskwork.Command) {
		t.Helper()
		steps++
		cmd.ID = fmt.Sprint("step-", steps)
		_, err := h.Do(h.ctx(), actor, markt, cmd)
		h.wantNone(err)
	}
	want := func(what string, sits ...string) {
		t.Helper()
		var got []string
		for _, s := range h.line().Seats {
			got = append(got, string(s.Room)+" "+s.By)
		}
		if diff := cmp.Diff(sits, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	want("before the first call")
	does(krause, next("platz-1"))
	does(vogt, next("platz-2"))
	want("two at work", "platz-1 Frau Krause", "platz-2 ")
	does(krause, on(deskwork.Finish, h.line().Open[0].ID))
	want("she is free", "platz-1 Frau Krause", "platz-2 ")
	does(krause, next("platz-3"))
	want("she has moved", "platz-2 ", "platz-3 Frau Krause")
	taken := next("platz-2")
	taken.TakeOver = true
	does(krause, taken)
	want("she took over", "platz-2 Frau Krause")
}
