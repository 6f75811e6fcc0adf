package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// keyGauges tell whether what is over can still be read.
type keyGauges struct {
	server                              *runningServer
	date, behind, replaced, overwriting *prometheus.Desc
}

func newKeyGauges(h *runningServer) *keyGauges {
	return &keyGauges{server: h,
		date:        prometheus.NewDesc("aufruf_key_date_timestamp_seconds", "The day at which the key file stands, as its first second in UTC.", nil, nil),
		behind:      prometheus.NewDesc("aufruf_key_behind_seconds", "How much time is over, in whole days, whose keys still exist.", nil, nil),
		replaced:    prometheus.NewDesc("aufruf_key_replaced", "1 while the key file isn't the one that this server runs with, or the database is sealed with other keys.", nil, nil),
		overwriting: prometheus.NewDesc("aufruf_overwrite_behind_seconds", "For how long something erased has still been lying on disk; 0: nothing does.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (g *keyGauges) Describe(out chan<- *prometheus.Desc) {
	out <- g.date
	out <- g.behind
	out <- g.replaced
	out <- g.overwriting
}

// Collect implements prometheus.Collector.
func (g *keyGauges) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value)
	}
	gauge(g.date, float64(g.server.keys.Date().Start(time.UTC).Unix()))
	gauge(g.behind, (time.Duration(g.server.eraser.KeysBehind()) * 24 * time.Hour).Seconds())
	replaced := 0.0
	if g.server.eraser.KeysWrong() != nil {
		replaced = 1
	}
	gauge(g.replaced, replaced)
	gauge(g.overwriting, g.server.Upkeep.OverwriteBehind().Seconds())
}
