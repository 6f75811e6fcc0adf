package web_test

import (
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/test/browser"
)

// drifting is a clock that jumped as far as a test says.
type drifting struct{ ahead atomic.Int64 }

func (d *drifting) Drift() time.Duration { return time.Duration(d.ahead.Load()) }

func (d *drifting) Paused() bool { return d.Drift().Abs() > time.Hour }

func TestManagersAreToldThatTheClockJumped(t *testing.T) {
	o := openManagement(t, app.RoleManager)
	const page = "/staff/verwaltung/zahlen"
	wantNoText(t, o.get(page), "Die Uhr des Servers")
	for drift, want := range map[time.Duration]string{
		26 * time.Hour: "um etwa 26 Stunden vorgesprungen", -65 * time.Minute: "um etwa 1 Stunde zurückgesprungen",
	} {
		o.drift.ahead.Store(int64(drift))
		wantText(t, o.get(page), want, "die Uhr prüfen, dann den Server neu starten")
		wantNoText(t, o.get("/staff/konto"), "Die Uhr des Servers")
	}
	tab := browser.Open(t).Tab(t, staffViews[0].view)
	base := o.site()
	signInAt(tab, base, "boss")
	tab.Open(base + page)
	tab.CheckAccessible("clock")
	tab.Picture("clock")
}
