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

// FuzzDecodeBooking: likewise for what citizens' programs send to book.
func FuzzDecodeBooking(f *testing.F) {
	for _, body := range []string{
		`{"branch":"grimma-markt","services":[{"id":"eid-pin","quantity":2}],"start":"2026-12-01T09:00:00+01:00"}`,
		`{"branch":"b","services":[{"id":"s"}],"start":"9999-12-31T23:59:59-23:59","name":"Ada","email":"a@b.de","hold":"h","overbook":true}`,
		`{"start":"2026-12-01T09:00:00+01:00","branch":"nerchau","on_request":true,"reason":"Wasserrohrbruch"}`,
		`{"branches":["b"],"services":[{"id":"s"}],"weekdays":["monday"],"from":"08:00","to":"24:00","until":"2026-12-18","name":"Ada","email":"a@b.de"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		survives[wire.HoldRequest](t, raw)
		survives[wire.AppointmentRequest](t, raw)
		survives[wire.MoveRequest](t, raw)
		survives[wire.CancelRequest](t, raw)
		survives[wire.WishRequest](t, raw)
	})
}

// survives fails unless the bytes are refused, or are a T that is the same once
// written and read again.
func survives[T any](t *testing.T, raw []byte) {
	t.Helper()
	want, err := wire.Decode[T](raw)
	if err != nil {
		refused(t, err)
		return
	}
	again, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := wire.Decode[T](again)
	if err != nil {
		t.Fatalf("%s: %v", again, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", again, diff)
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	if e := problem.Of(err); e.Kind == problem.Internal || e.Key == "" {
		t.Errorf("got %v, want a refusal", err)
	}
}
