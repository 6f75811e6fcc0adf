package access_test

import (
	"fmt"
	"sync"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/store/forced"
)

// screen adds a screen and returns what it is and its token.
func (h *townHall) screen(name string) (ledger.Device, string) {
	h.t.Helper()
	token, err := h.Access.AddDevice(h.ctx(), ledger.Device{Name: name, Kind: ledger.DeviceDisplay, Branch: markt})
	if err != nil {
		h.t.Fatal(err)
	}
	actor, err := h.Access.ActorOf(h.ctx(), token)
	if err != nil {
		h.t.Fatal(err)
	}
	return actor.Device, token
}

// tells is what a screen can say that is noted in its row.
func (h *townHall) tells(d ledger.Device) map[string]func() error {
	shown := 12
	return map[string]func() error{
		"status": func() error { return h.Access.DeviceSeen(h.ctx(), d.ID, "played", "1.2.3") },
		"shown": func() error {
			return h.Report(h.ctx(), []ledger.Delivery{{Branch: markt, Call: 1, Device: d.ID, Shown: &shown, At: h.clock()}})
		},
	}
}

// TestARevokedDeviceStaysSoWhateverItSays holds the device's status, and its
// report of a call, at each step while it is revoked: each read the device
// before, and wrote the whole of it afterwards.
func TestARevokedDeviceStaysSoWhateverItSays(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for what, points := range map[string][]string{
			"status": {"Devices.Saw", "Update.Commit"}, "shown": {"Deliveries.Put", "Devices.Showed", "Update.Commit"},
		} {
			for _, point := range points {
				name := what + " held at " + point
				d, token := h.screen(name)
				h.wantNone(s.Meanwhile(point, h.tells(d)[what], func() error { return h.Access.RevokeDevice(h.ctx(), name) }))
				if h.isIn(token) {
					t.Errorf("%s: the revoked device is let in", name)
				}
			}
			name := "revocation held against " + what
			d, token := h.screen(name)
			h.wantNone(s.Meanwhile("Devices.Revoke", func() error { return h.Access.RevokeDevice(h.ctx(), name) }, h.tells(d)[what]))
			if h.isIn(token) {
				t.Errorf("%s: the revoked device is let in", name)
			}
		}
	})
}

// TestManyRevocationsOutlastDevicesThatGoOnTalking: eight devices are revoked
// while each sends what the shipped limit lets it.
func TestManyRevocationsOutlastDevicesThatGoOnTalking(t *testing.T) {
	const devices, talkers, times = 8, 4, 15
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		var all sync.WaitGroup
		tokens := make([]string, devices)
		for i := range devices {
			name := fmt.Sprint("screen ", i)
			d, token := h.screen(name)
			tokens[i] = token
			all.Go(func() { h.wantNone(h.Access.RevokeDevice(h.ctx(), name)) })
			for range talkers {
				all.Go(func() {
					for range times {
						for _, tell := range h.tells(d) {
							h.wantNone(tell())
						}
					}
				})
			}
		}
		all.Wait()
		for i, token := range tokens {
			if h.isIn(token) {
				t.Errorf("screen %d is let in again", i)
			}
		}
	})
}

// TestOneCodeMakesOneDevice: two managers type the code of one screen at the
// same moment, and it was still unused for both.
func TestOneCodeMakesOneDevice(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, point := range []string{"Devices.Insert", "Update.Commit"} {
			p := h.startPairing()
			complete := func(name string) func() error {
				return func() error {
					_, err := h.Access.CompletePairing(h.ctx(), manager(), p.Code, ledger.Device{Name: name, Branch: markt})
					return err
				}
			}
			first, second := s.Meanwhile(point, complete(point), complete(point+" again"))
			if (first == nil) == (second == nil) {
				t.Errorf("%s: got %v and %v, want one refused", point, first, second)
			}
			for _, err := range []error{first, second} {
				if err != nil {
					h.wantKey(point, err, "pairing.unknown")
				}
			}
		}
		if devices, err := h.Access.Devices(h.ctx()); err != nil || len(devices) != 2 {
			t.Errorf("got %v, %v, want one device for each code", devices, err)
		}
	})
}
