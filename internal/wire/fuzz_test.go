package wire_test

import (
	"encoding/json"
	"testing"

	"aufruf/internal/problem"
	"aufruf/internal/wire"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeCommand: whatever comes is refused with a key or is a command that
// survives being written and read again.
func FuzzDecodeCommand(f *testing.F) {
	for _, command := range commands() {
		raw, err := json.Marshal(command)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, err := wire.DecodeCommand(raw)
		if err != nil {
			refused(t, err)
			return
		}
		again, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.DecodeCommand(again)
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if diff := cmp.Diff(want.Content(), got.Content()); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzDecodeDisplayReport: likewise for what a screen sends.
func FuzzDecodeDisplayReport(f *testing.F) {
	for _, report := range displayReports() {
		raw, err := wire.Encode(report)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, err := wire.DecodeDisplayReport(raw)
		if err != nil {
			refused(t, err)
			return
		}
		again, err := wire.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.DecodeDisplayReport(again)
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func refused(t *testing.T, err error) {
	t.Helper()
	if e := problem.Of(err); e.Kind == problem.Internal || e.Key == "" {
		t.Errorf("got %v, want a refusal", err)
	}
}
