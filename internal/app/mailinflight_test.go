package app_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/i18n"
	"aufruf/internal/mail"
	"aufruf/internal/store/forced"
)

// A worker that had read the person before an erasure wrote its message into the
// folder after it, where it lay until the day was over.
func TestAMailInFlightDoesNotOutliveTheErasureOfItsPerson(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		made := h.book(at(t, thursday, "10:00"))
		dir := t.TempDir()
		target, err := mail.Open("dir:" + dir)
		if err != nil {
			t.Fatal(err)
		}
		folder, _ := target.Folder()
		taken := s.HoldNth("Update.Done", 2) // after taking up what was under way: the letter is in the worker's hands
		ended := runWorker(t, h, target)
		taken.Await()
		if _, err := h.Persons.Erase(h.ctx(), markt, thursday, made.Ticket.Number, folder); err != nil && !errors.Is(err, app.ErrStillOnDisk) {
			t.Fatal(err)
		}
		taken.Release()
		ended() // once what is under way is sent and noted
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("%d messages lie in the folder, %v; want none", len(left), err)
		}
	})
}

// runWorker sends as the server does, and returns what ends it.
func runWorker(t *testing.T, h *townHall, target mail.Target) (end func()) {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	composer, err := mail.NewComposer(bundle)
	if err != nil {
		t.Fatal(err)
	}
	worker := mail.NewWorker(mail.WorkerConfig{
		Outbox: h.Outbox, Composer: composer, Target: target, Site: "https://termine.example.org", Log: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- worker.Run(ctx) }()
	return func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
