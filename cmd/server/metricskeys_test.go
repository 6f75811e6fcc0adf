package main

import (
	"strings"
	"testing"
	"time"
)

func TestMetricsTellWhereTheKeysStand(t *testing.T) {
	server := newSite(t).serve("--clock", tuesday, "--metrics-listen", "127.0.0.1:0")
	address := server.stderr.await(t, `msg=metrics addr=(\S+)`)
	// The first erasing runs beside: the file begins a day earlier.
	awaitMetrics(t, address, "aufruf_key_date_timestamp_seconds 1.7960832e+09", "aufruf_key_behind_seconds 0", "aufruf_key_replaced 0", "aufruf_overwrite_behind_seconds 0")
}

// awaitMetrics waits until each line is there.
func awaitMetrics(t *testing.T, address string, lines ...string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for _, line := range lines {
		for got := ""; !strings.Contains(got, "\n"+line+"\n"); {
			got = metrics(t, address)
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("waited for %q, got\n%s", line, got)
			}
		}
	}
}
