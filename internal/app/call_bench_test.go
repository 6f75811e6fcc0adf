package app_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/deskwork"
)

// callsPerOp is how many people wait.
const callsPerOp = 400

// BenchmarkCallNext calls a full waiting room from one desk; each call closes
// the one before it.
func BenchmarkCallNext(b *testing.B) {
	var took time.Duration
	for range b.N {
		b.StopTimer()
		h := openTownHall(b)
		h.set(at(b, tuesday, "09:00"))
		for range callsPerOp {
			h.walkIn()
		}
		b.StartTimer()
		began := time.Now()
		for i := range callsPerOp {
			if _, err := h.Do(h.ctx(), staff(clerk), markt, deskwork.Command{ID: fmt.Sprint(i), Type: deskwork.CallNext, Room: "platz-1"}); err != nil {
				b.Fatal(err)
			}
		}
		took += time.Since(began)
	}
	b.ReportMetric(float64(took.Microseconds())/float64(b.N*callsPerOp), "µs/call")
}
