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
		survives(t, raw, wire.DecodeCommand, written)
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
	f.Fuzz(func(t *testing.T, raw []byte) { survives(t, raw, wire.DecodeDisplayReport, encoded) })
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
		survives(t, raw, wire.Decode[wire.HoldRequest], written)
		survives(t, raw, wire.Decode[wire.AppointmentRequest], written)
		survives(t, raw, wire.Decode[wire.MoveRequest], written)
		survives(t, raw, wire.Decode[wire.CancelRequest], written)
		survives(t, raw, wire.Decode[wire.WishRequest], written)
	})
}

func encoded(report wire.Report) ([]byte, error) { return wire.Encode(report) }

func written[T any](message T) ([]byte, error) { return json.Marshal(message) }

// survives fails unless the bytes are refused, or are a message that is the
// same once written and read again.
func survives[T any](t *testing.T, raw []byte, decode func([]byte) (T, error), write func(T) ([]byte, error)) {
	t.Helper()
	message, err := decode(raw)
	if err != nil {
		refused(t, err)
		return
	}
	want, err := write(message)
	if err != nil {
		t.Fatal(err)
	}
	again, err := decode(want)
	if err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	got, err := write(again)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	if e := problem.Of(err); e.Kind == problem.Internal || e.Key == "" {
		t.Errorf("got %v, want a refusal", err)
	}
}
