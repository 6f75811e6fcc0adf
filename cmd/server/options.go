package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aufruf/internal/config"
	"aufruf/internal/escpos"
	"aufruf/internal/mail"
)

// options of `server serve`, checked.
type options struct {
	*place
	*signIn
	listen        string
	baseURL       string // empty: derived from the address that was opened
	tlsCert       string
	tlsKey        string
	redirect      string // empty: nothing is redirected
	insecure      bool
	mail          string
	proxies       []string
	ratePerMinute int
	metrics       string
	securityLog   string // empty: none
	printers      map[string]*escpos.Printer
	clock         *setClock
	logging       logOptions
}

// serveFlags are the flags of `server serve`, as they were declared.
type serveFlags struct {
	options
	proxies, printers   *config.List
	limit, clock        string
	logLevel, logFormat string
}

// serveCommand answers until it is told to stop, by run.
func serveCommand(run func(context.Context, options) error) *cobra.Command {
	f := new(serveFlags)
	c := config.Command("serve", config.Arguments(0), func(ctx context.Context, _ []string) error {
		o, err := f.read()
		if err != nil {
			return err
		}
		return run(ctx, o)
	})
	f.declare(c.Flags())
	return c
}

func (f *serveFlags) declare(flags *pflag.FlagSet) {
	f.place = placeFlags(flags)
	f.signIn = signInFlags(flags)
	flags.StringVar(&f.listen, "listen", ":8080", "")
	flags.StringVar(&f.baseURL, "base-url", "", "")
	flags.StringVar(&f.tlsCert, "tls-cert", "", "")
	flags.StringVar(&f.tlsKey, "tls-key", "", "")
	flags.StringVar(&f.redirect, "redirect-listen", "", "")
	flags.BoolVar(&f.insecure, "insecure-http", false, "")
	flags.StringVar(&f.mail, "mail", defaultMail, "")
	f.proxies = config.NewList(flags, "trusted-proxies")
	flags.StringVar(&f.limit, "rate-limit", "60/m", "")
	flags.StringVar(&f.metrics, "metrics-listen", "", "")
	flags.StringVar(&f.securityLog, "security-log", "", "")
	flags.StringVar(&f.clock, "clock", "", "")
	f.printers = config.NewList(flags, "kiosk-printer")
	flags.StringVar(&f.logLevel, "log-level", "info", "")
	flags.StringVar(&f.logFormat, "log-format", formatText, "")
}

// read checks the flags.
func (f *serveFlags) read() (options, error) {
	o := f.options
	var err error
	if o.ratePerMinute, err = readRate(f.limit); err != nil {
		return o, err
	}
	if o.proxies, err = readProxies(*f.proxies); err != nil {
		return o, err
	}
	if o.printers, err = readPrinters(*f.printers); err != nil {
		return o, err
	}
	if o.logging, err = readLog(f.logLevel, f.logFormat); err != nil {
		return o, err
	}
	if err := o.readClock(f.clock); err != nil {
		return o, err
	}
	if err := o.signIn.check(); err != nil {
		return o, err
	}
	if err := mistakenMail(mail.Check(o.mail)); err != nil {
		return o, err
	}
	if err := o.checkAddresses(); err != nil {
		return o, err
	}
	return o, o.check()
}

// checkAddresses looks at what is to be listened on.
func (o *options) checkAddresses() error {
	for _, door := range []struct{ flag, address string }{
		{"listen", o.listen}, {"metrics-listen", o.metrics}, {"redirect-listen", o.redirect},
	} {
		if door.address == "" && door.flag != "listen" {
			continue
		}
		if err := config.NoAddress(door.flag, door.address); err != nil {
			return err
		}
	}
	return nil
}

// readRate reads "60/m", "1/s", "500/h" or "off" as changes per minute.
func readRate(s string) (int, error) {
	if s == "off" {
		return 0, nil
	}
	count, unit, ok := strings.Cut(s, "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 {
		return 0, config.Usage("cli.server.rate_limit", "given", s)
	}
	switch unit {
	case "s":
		return n * 60, nil
	case "m":
		return n, nil
	case "h":
		return max(1, n/60), nil
	}
	return 0, config.Usage("cli.server.rate_limit", "given", s)
}

func readProxies(values []string) ([]string, error) {
	var proxies []string
	for _, v := range values {
		if _, err := netip.ParsePrefix(v); err != nil {
			if _, err := netip.ParseAddr(v); err != nil {
				return nil, config.Usage("cli.server.trusted_proxies", "given", v)
			}
		}
		proxies = append(proxies, v)
	}
	return proxies, nil
}

func (o *options) readClock(value string) (err error) {
	o.clock, err = readClock(value)
	if o.clock != nil && !strings.HasPrefix(o.mail, "dir:") {
		return config.Usage("cli.server.clock_and_mail")
	}
	return err
}

func (o *options) check() error {
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return config.Usage("cli.server.half_of_tls")
	}
	if err := o.checkTLS(); err != nil {
		return err
	}
	if o.baseURL == "" {
		return nil
	}
	base, err := url.Parse(o.baseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.Fragment != "" {
		return config.Usage("cli.server.base_url", "given", o.baseURL)
	}
	if base.Scheme == "http" && !o.insecure && !loopback(base.Hostname()) {
		return config.Usage("cli.server.base_url_plain", "given", o.baseURL)
	}
	o.baseURL = strings.TrimSuffix(o.baseURL, "/")
	return nil
}

// checkTLS refuses what is easily mistaken where two kinds of keys are about.
// What was given isn't told: it may be the key itself.
func (o *options) checkTLS() error {
	switch {
	case strings.Contains(o.tlsCert+o.tlsKey, "-----BEGIN"):
		return config.Usage("cli.server.tls_is_no_path")
	case o.tlsKey != "" && filepath.Clean(o.tlsKey) == filepath.Clean(o.key()):
		return config.Usage("cli.server.one_key_for_both", "file", o.tlsKey)
	case o.redirect != "" && !strings.HasPrefix(o.baseURL, "https:") && (o.baseURL != "" || o.tlsCert == ""):
		return config.Usage("cli.server.redirect_to_what")
	}
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
