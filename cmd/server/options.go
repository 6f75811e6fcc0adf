package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/escpos"
)

// options of `server serve`, checked.
type options struct {
	*place
	*signIn
	listen        string
	baseURL       string // empty: derived from the address that was opened
	tlsCert       string
	tlsKey        string
	insecure      bool
	mail          string
	proxies       []string
	ratePerMinute int
	metrics       string
	printers      map[string]*escpos.Printer
	clock         *setClock
}

// setClock is a clock that starts at an instant of our choice.
type setClock struct {
	at      time.Time
	suspect bool // the program doesn't trust it: to try what it does then
}

func readOptions(args, environ []string) (options, error) {
	var o options
	flags := config.New("server", "serve")
	o.place = placeFlags(flags)
	o.signIn = signInFlags(flags)
	flags.StringVar(&o.listen, "listen", ":8080", "address to answer on")
	flags.StringVar(&o.baseURL, "base-url", "", "public address, for links")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "certificate chain (PEM)")
	flags.StringVar(&o.tlsKey, "tls-key", "", "its private key (PEM)")
	flags.BoolVar(&o.insecure, "insecure-http", false, "allow a public address without TLS")
	flags.StringVar(&o.mail, "mail", "dir:var/mail", "dir:FOLDER or smtp://user:password@host:587")
	proxies := flags.List("trusted-proxies", "networks whose X-Forwarded-For counts")
	limit := flags.String("rate-limit", "60/m", "changes without sign-in per address, or off")
	flags.StringVar(&o.metrics, "metrics-listen", "", "address for Prometheus, for example 127.0.0.1:9090")
	clock := flags.String("clock", "", "instant at which the clock starts, for demonstrations; suspect:INSTANT isn't trusted")
	printers := flags.List("kiosk-printer", "KIOSK=HOST:PORT or BRANCH=HOST:PORT: ESC/POS printer of a kiosk, or of the reception and all kiosks of a branch")
	rest, err := flags.Parse(args, environ)
	if err != nil {
		return o, err
	}
	if len(rest) > 0 {
		return o, config.Usagef("serve: unknown argument %q", rest[0])
	}
	if o.ratePerMinute, err = readRate(*limit); err != nil {
		return o, err
	}
	if o.proxies, err = readProxies(*proxies); err != nil {
		return o, err
	}
	if o.printers, err = readPrinters(*printers); err != nil {
		return o, err
	}
	if err := o.readClock(*clock); err != nil {
		return o, err
	}
	if err := o.signIn.check(); err != nil {
		return o, err
	}
	return o, o.check()
}

// readRate reads "60/m", "1/s", "500/h" or "off" as changes per minute.
func readRate(s string) (int, error) {
	if s == "off" {
		return 0, nil
	}
	count, unit, ok := strings.Cut(s, "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 {
		return 0, config.Usagef("--rate-limit: want a number per minute such as 60/m, or off; got %q", s)
	}
	switch unit {
	case "s":
		return n * 60, nil
	case "m":
		return n, nil
	case "h":
		return max(1, n/60), nil
	}
	return 0, config.Usagef("--rate-limit: unknown unit in %q; want s, m or h", s)
}

func readProxies(values []string) ([]string, error) {
	var proxies []string
	for _, v := range values {
		if _, err := netip.ParsePrefix(v); err != nil {
			if _, err := netip.ParseAddr(v); err != nil {
				return nil, config.Usagef("--trusted-proxies: %q is no network such as 10.0.0.0/8", v)
			}
		}
		proxies = append(proxies, v)
	}
	return proxies, nil
}

func (o *options) readClock(value string) error {
	if value == "" {
		return nil
	}
	instant, suspect := strings.CutPrefix(value, "suspect:")
	at, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return config.Usagef("--clock: want an instant such as 2026-12-01T09:05:00+01:00, or suspect:INSTANT, got %q", value)
	}
	if !strings.HasPrefix(o.mail, "dir:") {
		return config.Usagef("--clock is for demonstrations: with it --mail takes dir:FOLDER only")
	}
	o.clock = &setClock{at, suspect}
	return nil
}

func (o *options) check() error {
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return config.Usagef("--tls-cert and --tls-key go together")
	}
	if o.baseURL == "" {
		return nil
	}
	base, err := url.Parse(o.baseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.Fragment != "" {
		return config.Usagef("--base-url: want an address such as https://termine.example.org, got %q", o.baseURL)
	}
	if base.Scheme == "http" && !o.insecure && !loopback(base.Hostname()) {
		return config.Usagef("--base-url: %s is not encrypted; use https, or --insecure-http if something in front encrypts", o.baseURL)
	}
	o.baseURL = strings.TrimSuffix(o.baseURL, "/")
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// base returns the public address for a listener: the one asked for, else the
// listener's own.
func (o *options) base(address net.Addr) string {
	if o.baseURL != "" {
		return o.baseURL
	}
	scheme := "http"
	if o.tlsCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return fmt.Sprintf("%s://%s", scheme, address)
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return fmt.Sprintf("%s://%s", scheme, net.JoinHostPort(host, port))
}

// now returns the clock that all rules see: the real one, or one that starts
// at a set instant and runs on at the same pace.
func (o *options) now() func() time.Time {
	if o.clock == nil {
		return time.Now
	}
	// By the wall clock, so that it goes on while the machine sleeps.
	start, began := o.clock.at, time.Now().Round(0)
	return func() time.Time { return start.Add(time.Now().Round(0).Sub(began)) }
}

// kindOfClock tells a demonstration from a town's own service.
func (o *options) kindOfClock() app.KindOfClock {
	if o.clock != nil {
		return app.ClockSet
	}
	return app.MachineClock
}

// wrongClock words the refusal of a database that is served by another clock.
func (o *options) wrongClock(err error) error {
	if !errors.Is(err, app.ErrOtherClock) {
		return err
	}
	if o.clock != nil {
		return errors.New("this database is a town's own: it was served without --clock, and is never served with it")
	}
	return errors.New("this database is a demonstration: it was served with --clock, and is never served without it")
}
