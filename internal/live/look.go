package live

import (
	"context"
	"strings"

	"aufruf/internal/app"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Look returns how a branch's screens look in a language, and their notice.
func (l *Live) Look(branch town.BranchID, language town.Language) (wire.ScreenLook, string) {
	c := l.app.Catalogue()
	look := wire.ScreenLook{
		Town: c.Authority.Name.In(language), Accent: c.Authority.Accent, Logo: l.logo(c.Authority.Logo), Language: string(language),
	}
	b, ok := c.Branch(branch)
	if !ok {
		return look, ""
	}
	if l.baseURL != "" {
		look.QueueURL = l.baseURL + wire.HallPath + string(branch)
	}
	return look, b.Notice.In(language)
}

// logo returns an address that a program elsewhere can use.
func (l *Live) logo(logo string) string {
	if logo == "" || strings.Contains(logo, ":") || l.baseURL == "" {
		return logo
	}
	return l.baseURL + "/static/screen/" + logo
}

// Hints returns how a room is found and said.
func (l *Live) Hints(branch town.BranchID, room town.RoomID) wire.Hints {
	b, ok := l.app.Catalogue().Branch(branch)
	if !ok {
		return wire.Hints{}
	}
	r, ok := b.Room(room)
	if !ok {
		return wire.Hints{}
	}
	return wire.Hints{Direction: r.Direction, Spoken: r.Spoken}
}

// announceLook tells a branch's screens how they look now, each in its
// language.
func (t *tail) announceLook(ctx context.Context, e app.Event) error {
	if err := t.live.app.Refresh(ctx); err != nil {
		return err
	}
	told := map[town.Language]bool{}
	for _, s := range t.live.Screens.Who(t.branch, nil) {
		if told[s.Language] {
			continue
		}
		told[s.Language] = true
		look, notice := t.live.Look(t.branch, s.Language)
		raw, err := wire.Encode(wire.Look{Seq: e.Seq, Notice: notice, Look: look})
		if err != nil {
			return err
		}
		t.live.Screens.Publish(t.branch, &Frame{Seq: e.Seq, Raw: raw}, func(to Screen) bool { return to.Language == s.Language })
	}
	return nil
}

// announceTest has the screens sound that a desk asked.
func (t *tail) announceTest(e app.Event) error {
	raw, err := wire.Encode(wire.Test{Seq: e.Seq})
	if err != nil {
		return err
	}
	t.live.Screens.Publish(t.branch, &Frame{Seq: e.Seq, Raw: raw}, func(s Screen) bool { return app.Sounds(e, s.Device) })
	return nil
}
