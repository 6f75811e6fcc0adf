package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"aufruf/internal/town"
)

// rushGauge tells how hard strangers must work before they book.
type rushGauge struct {
	server *runningServer
	hashes *prometheus.Desc
}

func newRushGauge(h *runningServer) *rushGauge {
	return &rushGauge{h, prometheus.NewDesc("aufruf_proof_of_work_hashes",
		"How many hashes a browser tries at most before it books, because strangers take very much of a branch; 0: none.", []string{"branch"}, nil)}
}

// Describe implements prometheus.Collector.
func (g *rushGauge) Describe(out chan<- *prometheus.Desc) { out <- g.hashes }

// Collect implements prometheus.Collector.
func (g *rushGauge) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), metricsWithin)
	defer cancel()
	going, err := g.server.Figures.Rushes(ctx, maintenance)
	if err != nil {
		g.server.log.Error("metrics can't be read", "error", err)
		return
	}
	hashes := map[town.BranchID]int{}
	for _, r := range going {
		hashes[r.Branch] = r.Hashes
	}
	for _, b := range g.server.Catalogue().Branches {
		out <- prometheus.MustNewConstMetric(g.hashes, prometheus.GaugeValue, float64(hashes[b.ID]), string(b.ID))
	}
}
