package app_test

import (
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
)

func TestTestSound(t *testing.T) {
	h := openTownHall(t)
	for name, branch := range map[string]ledger.Device{
		"here":  {Name: "here", Kind: ledger.DeviceDisplay, Branch: markt},
		"there": {Name: "there", Kind: ledger.DeviceDisplay, Branch: nera},
		"kiosk": {Name: "kiosk", Kind: ledger.DeviceKiosk, Branch: markt},
	} {
		if _, err := h.Access.AddDevice(h.ctx(), branch); err != nil {
			t.Fatal(name, err)
		}
	}
	devices, err := h.Access.Devices(h.ctx())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range devices {
		before := h.Memory.Seq(markt)
		seq, err := h.TestSound(h.ctx(), staff(clerk), markt, d.ID)
		after := h.Memory.Seq(markt)
		if d.Name != "here" {
			h.wantKey(d.Name, err, "device.unknown")
			continue
		}
		if err != nil || after != before+1 || seq != after {
			t.Fatalf("own screen: got %d, %v and position %d, want %d", seq, err, after, before+1)
		}
		events, err := h.EventsAfter(h.ctx(), markt, before, 1)
		if err != nil || !app.Sounds(events[0], d.ID) || app.Sounds(events[0], "another") {
			t.Errorf("event: got %+v, %v, want one for this screen alone", events, err)
		}
	}
	_, err = h.TestSound(h.ctx(), access.Actor{}, markt, "")
	h.wantKey("citizen", err, "session.required")
}
