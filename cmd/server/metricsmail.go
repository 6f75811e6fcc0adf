package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"aufruf/internal/access"
)

// maintenance may see every branch.
var maintenance = access.Actor{Kind: access.Maintenance}

// metricsWithin bounds how long a look at the outbox may take.
const metricsWithin = 5 * time.Second

// mailGauges tell how the outbox and erasing stand. They count; no address and
// no number is among them.
type mailGauges struct {
	server                                                *runningServer
	unreached, concerned, behind, failing, doubted, drift *prometheus.Desc
}

func newMailGauges(h *runningServer) *mailGauges {
	return &mailGauges{server: h,
		unreached: prometheus.NewDesc("aufruf_unreached", "Appointments whose people no mail reached and somebody has to telephone.", []string{"branch"}, nil),
		concerned: prometheus.NewDesc("aufruf_concerned", "Appointments to come that no longer fit and nobody has decided about.", []string{"branch"}, nil),
		behind:    prometheus.NewDesc("aufruf_mail_behind_seconds", "How long the oldest mail has waited since it should have gone out, however often it was tried; 0: none.", nil, nil),
		failing:   prometheus.NewDesc("aufruf_mail_failing", "1 while the mail server can't be reached or refuses all mails.", nil, nil),
		doubted:   prometheus.NewDesc("aufruf_clock_doubted", "1 while nothing is erased or ended by the clock, because it can't be trusted.", nil, nil),
		drift:     prometheus.NewDesc("aufruf_clock_drift_seconds", "How far the wall clock is ahead of the time that has passed.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (g *mailGauges) Describe(out chan<- *prometheus.Desc) {
	out <- g.unreached
	out <- g.concerned
	out <- g.behind
	out <- g.failing
	out <- g.doubted
	out <- g.drift
}

// Collect implements prometheus.Collector.
func (g *mailGauges) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), metricsWithin)
	defer cancel()
	g.collectClock(out)
	failing := 0.0
	if _, trouble := g.server.Outbox.MailState(); trouble {
		failing = 1
	}
	out <- prometheus.MustNewConstMetric(g.failing, prometheus.GaugeValue, failing)
	for _, b := range g.server.Catalogue().Branches {
		found, err := g.server.Mails.Unreached(ctx, maintenance, b.ID)
		if err != nil {
			g.server.log.Error("metrics can't be read", "branch", string(b.ID), "error", err)
			continue
		}
		out <- prometheus.MustNewConstMetric(g.unreached, prometheus.GaugeValue, float64(len(found)), string(b.ID))
		unfit, err := g.server.Dealings.Unfit(ctx, b.ID)
		if err != nil {
			g.server.log.Error("metrics can't be read", "branch", string(b.ID), "error", err)
			continue
		}
		out <- prometheus.MustNewConstMetric(g.concerned, prometheus.GaugeValue, float64(len(unfit)), string(b.ID))
	}
	behind, err := g.server.Outbox.MailBehind(ctx)
	if err != nil {
		g.server.log.Error("metrics can't be read", "error", err)
		return
	}
	out <- prometheus.MustNewConstMetric(g.behind, prometheus.GaugeValue, behind.Seconds())
}

func (g *mailGauges) collectClock(out chan<- prometheus.Metric) {
	state, doubted := g.server.ClockState(), 0.0
	if state.Doubted {
		doubted = 1
	}
	out <- prometheus.MustNewConstMetric(g.doubted, prometheus.GaugeValue, doubted)
	out <- prometheus.MustNewConstMetric(g.drift, prometheus.GaugeValue, state.Ahead.Seconds())
}
