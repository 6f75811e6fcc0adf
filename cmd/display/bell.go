package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"aufruf/assets"
	"aufruf/internal/announce"
	"aufruf/internal/audio"
	"aufruf/internal/config"
	"aufruf/internal/display"
	"aufruf/internal/wire"
)

// bell turns calls into clips and lets a player play them.
type bell struct {
	player audio.Player
	clips  *audio.Clips
	cards  *cards
	silent string // why there was nothing to play on when it was last looked for
	log    *slog.Logger
}

// newBell returns the bell for --player and what closes it.
func newBell(s settings, log *slog.Logger) (*bell, func(), error) {
	folders := []fs.FS{assets.Sounds()}
	if s.sound.folder != "" {
		if _, err := os.ReadDir(s.sound.folder); err != nil {
			log.Error("the town's own recordings are left out", "error", err)
		}
		folders = []fs.FS{os.DirFS(s.sound.folder), assets.Sounds()}
	}
	clips := audio.NewClips(folders...)
	if gong := s.screen.Sound.Gong; !clips.Has(gong) {
		return nil, nil, config.Usage("cli.display.no_such_gong", "given", gong)
	}
	b := &bell{log: log, clips: clips, cards: newCards()}
	if path, ok := strings.CutPrefix(s.sound.player, "transcript:"); ok {
		transcript, err := audio.OpenTranscript(path, time.Now)
		if err != nil {
			return nil, nil, err
		}
		b.player = transcript
		return b, func() { transcript.Close() }, nil
	}
	switch s.sound.player {
	case "alsa":
		b.player = audio.NewCard(clips)
	case "none":
		b.player = audio.Silent{}
	default:
		return nil, nil, config.Usage("cli.display.wrong_player", "given", s.sound.player)
	}
	return b, func() {}, nil
}

// Ring announces a call; a volume of nothing is a sound that is off.
func (b *bell) Ring(ctx context.Context, c display.Call) wire.Sound {
	if c.Sound.Volume == 0 {
		return wire.SoundOff
	}
	clips, sentences := b.clipsOf(c)
	result, err := b.player.Play(ctx, audio.Announcement{
		Seq: c.Seq, Number: c.Number, Room: c.Room.ID, Label: c.Room.Label, Again: c.Again,
		Clips: clips, Volume: float64(c.Sound.Volume) / 100,
		Enough: func(heard int) bool { return slices.Contains(sentences, heard) && c.Enough() },
	})
	if err != nil && ctx.Err() == nil {
		b.log.Warn("announcement", "seq", c.Seq, "result", result, "error", err)
	}
	return wire.Sound(result)
}

// clipsOf returns what is heard of a call, and after how many clips each sentence of
// it is over.
func (b *bell) clipsOf(c display.Call) (clips []announce.Clip, sentences []int) {
	gong := b.gong(c.Sound.Gong)
	if c.Test {
		return []announce.Clip{gong}, nil
	}
	call := announce.Call{Number: c.Number, Room: c.Room.Label, Spoken: c.Spoken, Again: c.Again}
	style := announce.Style{Gong: gong, Has: b.clips.Has, Manner: c.Sound.Manner}
	for i := range c.Sound.Speech {
		style.Speech = c.Sound.Speech[:i+1]
		sentences = append(sentences, len(announce.Clips(call, style)))
	}
	return announce.Clips(call, style), sentences
}

// gong is the one that the town chose, if this screen has it.
func (b *bell) gong(chosen announce.Clip) announce.Clip {
	if b.clips.Has(chosen) {
		return chosen
	}
	b.log.Warn("there is no such gong", "gong", string(chosen))
	return announce.Gong
}

// Ready tells whether there is something to play on. The log has the reason
// where there is none, once.
func (b *bell) Ready(ctx context.Context) wire.Sound {
	result, err := b.player.Probe(ctx)
	reason := ""
	if err != nil {
		reason = err.Error()
	}
	switch {
	case ctx.Err() != nil || reason == b.silent:
	case err != nil:
		b.log.Warn("no sound", "error", err)
	default:
		b.log.Info("there is sound again")
	}
	b.silent = reason
	if result == audio.Played {
		return wire.SoundReady
	}
	return wire.Sound(result)
}

// Changed implements display.Bell.
func (b *bell) Changed() bool { return b.cards.changed() }
