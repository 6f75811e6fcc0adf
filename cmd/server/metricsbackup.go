package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

// backupGauge tells when the last backup was made.
func (h *runningServer) backupGauge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "aufruf_backup_timestamp_seconds", Help: "When the last backup was made and found whole; 0: never.",
	}, func() float64 {
		at, err := h.Upkeep.LastBackup(context.Background())
		if err != nil {
			h.log.Error("metrics can't be read", "error", err)
		}
		if err != nil || at.IsZero() {
			return 0
		}
		return float64(at.Unix())
	})
}
