package main

import (
	"context"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"aufruf/internal/wire"
)

// serveMetrics answers Prometheus on an address of its own. It tells counts
// per branch, never anything about a person.
func (h *runningServer) serveMetrics(ctx context.Context, listener net.Listener) error {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(), h.meters, h.security, h.gauges(), newMailGauges(h), newKeyGauges(h), newRushGauge(h), h.backupGauge())
	if h.certificate != nil {
		registry.MustRegister(h.certificate.gauge())
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	server := h.newServer(mux)
	h.log.Info("metrics", "addr", listener.Addr().String())
	return answerUntil(ctx, server, listener)
}

// gauges read what the desks see, when they are asked.
func (h *runningServer) gauges() prometheus.Collector {
	return &branchGauges{runningServer: h,
		seq:      prometheus.NewDesc("aufruf_events_total", "Events recorded so far.", []string{"branch"}, nil),
		waiting:  prometheus.NewDesc("aufruf_waiting", "People who are here and wait.", []string{"branch"}, nil),
		expected: prometheus.NewDesc("aufruf_expected", "Appointments of today whose people haven't said that they are here.", []string{"branch"}, nil),
		aside:    prometheus.NewDesc("aufruf_aside", "Tickets put aside.", []string{"branch"}, nil),
		open:     prometheus.NewDesc("aufruf_open", "Tickets called or being served.", []string{"branch"}, nil),
		screens:  prometheus.NewDesc("aufruf_screens", "Connected screens.", []string{"branch"}, nil),
		sounding: prometheus.NewDesc("aufruf_screens_sounding", "Connected screens whose sound works.", []string{"branch"}, nil),
	}
}

type branchGauges struct {
	*runningServer
	seq, waiting, expected, aside, open, screens, sounding *prometheus.Desc
}

// Describe implements prometheus.Collector.
func (g *branchGauges) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.seq, g.waiting, g.expected, g.aside, g.open, g.screens, g.sounding} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (g *branchGauges) Collect(out chan<- prometheus.Metric) {
	for _, b := range g.Catalogue().Branches {
		queue, err := g.live.QueueBody(context.Background(), b.ID)
		if err != nil {
			g.log.Error("metrics can't be read", "branch", string(b.ID), "error", err)
			continue
		}
		gauge := func(d *prometheus.Desc, value int) {
			out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(value), string(b.ID))
		}
		out <- prometheus.MustNewConstMetric(g.seq, prometheus.CounterValue, float64(queue.Seq), string(b.ID))
		here := present(queue.Waiting)
		gauge(g.waiting, here)
		gauge(g.expected, len(queue.Waiting)-here)
		gauge(g.aside, len(queue.Parked))
		gauge(g.open, len(queue.Open))
		gauge(g.screens, queue.Screens.Connected)
		gauge(g.sounding, queue.Screens.Sounding)
	}
}

// present counts those of a line who are here.
func present(line []wire.Entry) int {
	here := 0
	for _, e := range line {
		if e.Here {
			here++
		}
	}
	return here
}
