package live

import (
	"context"
	"slices"
	"strings"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Look returns how a screen of a branch looks and sounds, and its notice.
func (l *Live) Look(branch town.BranchID, s Screen) (wire.ScreenLook, string) {
	c := l.app.Catalogue()
	look := wire.ScreenLook{
		Accent: c.Authority.Accent, Logo: l.logo(c.Authority.Logo), Demonstration: l.demonstration,
	}
	b, ok := c.Branch(branch)
	if !ok {
		look.Town, look.Language = c.Authority.Name.In(s.Language), string(s.Language)
		return look, ""
	}
	style := b.ScreenStyle(s.Name)
	language := s.in(style.Language)
	look.Town, look.Language, look.ScreenStyle = c.Authority.Name.In(language), string(language), styleOf(style)
	look.Saturday = c.Authority.Saturday.In(language)
	look.Branch = b.Name.In(language)
	look.Slides = l.slidesOf(branch, style.Slides, language, style.Second)
	if style.Columns {
		look.Columns = columnsOf(b, language, s.Offices)
	}
	if style.Second != "" && style.Second != language {
		look.Second = &wire.SecondLanguage{Language: string(style.Second), Notice: differing(b.Notice, language, style.Second)}
	}
	if l.baseURL != "" {
		look.QueueURL = l.baseURL + wire.HallPath + string(branch)
	}
	return look, b.Notice.In(language)
}

// in returns the language that a screen shows where the town sets one, or none.
func (s Screen) in(set town.Language) town.Language {
	switch {
	case s.Asked != "":
		return s.Asked
	case set != "":
		return set
	}
	return s.Language
}

func styleOf(s catalogue.ScreenStyle) wire.ScreenStyle {
	style := wire.ScreenStyle{Theme: s.Theme, Large: orZero(s.Large), Listed: orZero(s.Listed), Night: s.Night, Ground: s.Ground, Signal: s.Signal}
	if s.Volume != nil || s.Gong != "" || len(s.Speech) > 0 || len(s.Quiet) > 0 {
		style.Sound = &wire.ScreenSound{Volume: s.Volume, Gong: s.Gong, Speech: s.Speech, Quiet: s.Quiet}
	}
	return style
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
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

// Said returns the clips that say a call.
func (l *Live) Said(e ledger.Event) wire.Said {
	var said wire.Said
	for language, clips := range l.app.SpokenClips(e) {
		if said == nil {
			said = wire.Said{}
		}
		for _, clip := range clips {
			said[language] = append(said[language], string(clip))
		}
	}
	return said
}

// audience are screens that look alike.
type audience struct {
	language, asked town.Language
	name            string // empty: no screen that differs
}

func (t *tail) audience(s Screen) audience {
	of := audience{language: s.Language, asked: s.Asked}
	b, ok := t.live.app.Catalogue().Branch(t.branch)
	if ok && slices.ContainsFunc(b.Screens, func(own catalogue.ScreenOf) bool { return own.Name == s.Name }) {
		of.name = s.Name
	}
	return of
}

// announceLook tells a branch's screens how they look and sound now.
func (t *tail) announceLook(ctx context.Context, e ledger.Event) error {
	if err := t.live.app.Refresh(ctx); err != nil {
		return err
	}
	if _, there := t.live.app.Catalogue().Branch(t.branch); !there {
		t.endAll() // removed: nobody works there
		return nil
	}
	told := map[audience]bool{}
	for _, s := range t.live.Screens.Who(t.branch, nil) {
		of := t.audience(s)
		if told[of] {
			continue
		}
		told[of] = true
		look, notice := t.live.Look(t.branch, s)
		raw, err := wire.Encode(wire.Look{Seq: e.Seq, Notice: notice, Look: look})
		if err != nil {
			return err
		}
		t.live.Screens.Publish(t.branch, frameOf(e.Seq, raw), func(to Screen) bool { return t.audience(to) == of })
	}
	return nil
}

// endAll ends the connections of a branch, for good.
func (t *tail) endAll() {
	t.live.Screens.EndTopic(t.branch, ErrNotAllowed)
	t.live.Stations.EndTopic(t.branch, ErrNotAllowed)
}

// announceTest has the screens sound that a desk asked.
func (t *tail) announceTest(e ledger.Event) error {
	raw, err := wire.Encode(wire.Test{Seq: e.Seq})
	if err != nil {
		return err
	}
	t.live.deliveries.expectTest(e)
	t.live.Screens.Publish(t.branch, frameOf(e.Seq, raw), func(s Screen) bool { return app.Sounds(e, s.Device) })
	return nil
}
