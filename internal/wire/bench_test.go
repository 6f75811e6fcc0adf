package wire_test

import (
	"testing"

	"aufruf/internal/wire"
)

func BenchmarkDecodeBooking(b *testing.B) {
	raw := []byte(`{"branch":"grimma-markt","services":[{"id":"eid-pin"}],"start":"2026-12-01T09:20:00+01:00","name":"Ada Beispiel","email":"ada@example.org","language":"de"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.Decode[wire.AppointmentRequest](raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeCommand(b *testing.B) {
	raw := []byte(`{"id":"0190b6e2-9b1c-7d6f-8c56-5a1f0e2d3c4b","type":"call_next","room":"platz-1"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.DecodeCommand(raw); err != nil {
			b.Fatal(err)
		}
	}
}
