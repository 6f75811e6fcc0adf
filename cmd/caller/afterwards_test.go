package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func (c clerk) runWith(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, c.environ, strings.NewReader(stdin), &out, &errs)
	return result{code, out.String(), errs.String()}
}

func TestAListByHandIsReadFromStandardInput(t *testing.T) {
	h := newFakeServer(t)
	list := "# Dienstag\n417 served 09:40\n\n358 no-show\n"
	same(t, newClerk(t, h).runWith(t, list, "afterwards", "--date", "2026-12-01"), result{Out: "417 done\n358 done\n"})
	day, at := town.NewDate(2026, 12, 1), town.TimeOfDay(9*60+40)
	want := wire.AfterwardsRequest{Branch: "grimma-markt", Date: &day, Entries: []wire.AfterwardsEntry{
		{Number: 417, Outcome: "served", At: &at}, {Number: 358, Outcome: "no_show"},
	}}
	if diff := cmp.Diff(want, h.byHand); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARefusedLineIsSaidAndFails(t *testing.T) {
	h := newFakeServer(t)
	same(t, newClerk(t, h).runWith(t, "eid-pin served\n\n999 served\n", "afterwards"), result{
		Code: 1, Out: "501 done\n", Err: "Zeile 3: Gibt es nicht.\ncaller: Nicht alle Zeilen wurden eingetragen.\n",
	})
	if got, want := h.byHand.Entries[0].Service, town.ServiceID("eid-pin"); got != want {
		t.Errorf("got service %q, want %q", got, want)
	}
}

func TestALineThatCantBeReadIsNamed(t *testing.T) {
	h := newFakeServer(t)
	for _, list := range []string{"417 danced\n", "417\n", "417 served 25:00\n", "417 served 9:40 x\n", "\n"} {
		got := newClerk(t, h).runWith(t, list, "afterwards")
		if got.Code != 2 {
			t.Errorf("%q: got %+v, want exit code 2", list, got)
		}
	}
}
