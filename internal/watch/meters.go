// Package watch is what an operator can see of a running server: how long
// requests, bookings and calls take, what was refused, and an id for each
// request that log lines and answers have in common. It sees routes, status
// codes and durations, never an address, a path with a token, or a text.
package watch

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// noRoute stands for every path that leads nowhere: a stranger mustn't make
// series.
const noRoute = "none"

// seconds are the bounds of what a person waits for at a page or a desk.
var seconds = []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// Meters count what the server does. They are safe for concurrent use and are a
// prometheus.Collector.
type Meters struct {
	requests, bookings *prometheus.HistogramVec
	shown              prometheus.Histogram
	build              *prometheus.GaugeVec
	mails, slips       *prometheus.CounterVec
}

// NewMeters begins to count, for a program of a version.
func NewMeters(version string) *Meters {
	m := &Meters{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aufruf_request_duration_seconds", Help: "How long requests took to answer, without websockets.", Buckets: seconds,
		}, []string{"method", "route", "code"}),
		bookings: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aufruf_booking_duration_seconds", Help: "How long it took to book an appointment, or to be refused one.", Buckets: seconds,
		}, []string{"outcome"}),
		shown: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "aufruf_call_shown_seconds", Help: "From a call to each screen's report that it is to be seen.", Buckets: seconds,
		}),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "aufruf_mails_total", Help: "Mails that were handed to the mail server, put off, or given up.",
		}, []string{"outcome"}),
		slips: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "aufruf_slips_total", Help: "Slips that a ticket printer took, or didn't.",
		}, []string{"outcome"}),
		build: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "aufruf_build_info", Help: "1, with the program's version.",
		}, []string{"version"}),
	}
	m.build.WithLabelValues(version).Set(1)
	for _, outcome := range []string{booked, refused, failed} {
		m.bookings.WithLabelValues(outcome)
	}
	for _, outcome := range []string{"sent", "delayed", "refused"} {
		m.mails.WithLabelValues(outcome)
	}
	for _, outcome := range []string{printed, failed} {
		m.slips.WithLabelValues(outcome)
	}
	return m
}

// printed is the outcome of a slip that a printer took.
const printed = "printed"

// Mail notes what came of one try to send a mail: sent, delayed or refused.
func (m *Meters) Mail(outcome string) { m.mails.WithLabelValues(outcome).Inc() }

// Slip notes how printing a slip went.
func (m *Meters) Slip(err error) {
	outcome := printed
	if err != nil {
		outcome = failed
	}
	m.slips.WithLabelValues(outcome).Inc()
}

// Outcomes of a booking.
const (
	booked  = "booked"
	refused = "refused"
	failed  = "failed"
)

// Describe implements prometheus.Collector.
func (m *Meters) Describe(out chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(out)
	}
}

// Collect implements prometheus.Collector.
func (m *Meters) Collect(out chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(out)
	}
}

func (m *Meters) all() []prometheus.Collector {
	return []prometheus.Collector{m.requests, m.bookings, m.shown, m.build, m.mails, m.slips}
}

// Shown notes how long after its call a screen said that it shows it.
func (m *Meters) Shown(after time.Duration) { m.shown.Observe(after.Seconds()) }

// Requests is the middleware that takes their time. Those of the given routes
// book appointments.
func (m *Meters) Requests(books ...string) gin.HandlerFunc {
	booking := map[string]bool{}
	for _, route := range books {
		booking[route] = true
	}
	return func(c *gin.Context) {
		begun := time.Now()
		c.Next()
		code, route := c.Writer.Status(), c.FullPath()
		if code == http.StatusSwitchingProtocols {
			return // it lasted as long as somebody listened
		}
		took := time.Since(begun).Seconds()
		if route == "" {
			route = noRoute
		}
		m.requests.WithLabelValues(method(c.Request.Method), route, strconv.Itoa(code)).Observe(took)
		if booking[route] && c.Request.Method == http.MethodPost {
			m.bookings.WithLabelValues(outcome(code)).Observe(took)
		}
	}
}

// method keeps strangers from making series with methods of their own.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// outcome of a booking by the code of its answer; a form that was accepted
// leads on to the appointment's page.
func outcome(code int) string {
	switch {
	case code < http.StatusBadRequest:
		return booked
	case code < http.StatusInternalServerError:
		return refused
	}
	return failed
}
