package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/app"
	"aufruf/internal/i18n"
	"aufruf/internal/live"
	"aufruf/internal/mail"
	"aufruf/internal/oidc"
	"aufruf/internal/security"
	"aufruf/internal/store"
	"aufruf/internal/systemd"
	"aufruf/internal/visitor"
	"aufruf/internal/watch"
)

// Limits of the HTTP server.
const (
	headerWithin = 10 * time.Second
	readWithin   = 30 * time.Second
	writeWithin  = 60 * time.Second
	idleFor      = 2 * time.Minute
	maxHeader    = 64 << 10
	stopWithin   = 15 * time.Second
)

// serve answers until it is told to stop.
func (w world) serve(ctx context.Context, o options) error {
	log := slog.New(watch.Named(o.logging.handler(w.stderr)))
	reload := make(chan os.Signal, 1) // also without a certificate: SIGHUP would end the program
	signal.Notify(reload, syscall.SIGHUP)
	defer signal.Stop(reload)
	shown, err := o.openCertificate(log)
	if err != nil {
		return err
	}
	open, err := openListeners(o)
	if err != nil {
		return err
	}
	defer open.close()
	if there, err := o.town(ctx, open.main, shown, log); err != nil || !there {
		return err
	}
	server, err := openServer(ctx, o, o.base(open.main.Addr()), log)
	if err != nil {
		return err
	}
	server.certificate, server.reload = shown, reload
	return errors.Join(server.run(ctx, open), server.close())
}

// runningServer is everything that runs while the server serves.
type runningServer struct {
	options
	*opened
	log     *slog.Logger
	base    string
	live    *live.Live
	present *live.Presence
	worker  *mail.Worker
	eraser  *app.Eraser
	texts   *i18n.Bundle
	site    mail.Site
	oidc    *oidc.RelyingParty // nil: staff sign in by name and password alone
	grants  access.Grants
	limits  *visitor.Limits
	meters  *watch.Meters
	crowd   *crowd

	security    *security.Log
	certificate *certificate // nil: something in front encrypts, or nobody
	reload      <-chan os.Signal
	stopped     context.CancelFunc
	stop        context.Context // ends when sockets must close
}

// town waits for a town where none is, and reports whether there is one.
func (o *options) town(ctx context.Context, listener net.Listener, shown *certificate, log *slog.Logger) (there bool, err error) {
	state, err := o.look(ctx)
	if err != nil {
		return false, err
	}
	if state == store.Foreign {
		return false, o.mustBeEmpty(ctx)
	}
	if state == store.Filled {
		return true, nil
	}
	err = o.awaitTown(ctx, listener, shown, log)
	return err == nil && ctx.Err() == nil, err
}

func openServer(ctx context.Context, o options, base string, log *slog.Logger) (*runningServer, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	composer, err := mail.NewComposer(texts)
	if err != nil {
		return nil, fmt.Errorf("check mails: %w", err)
	}
	warnOfShown(log, os.Args, map[string]string{"mail": o.mail, "database": o.database})
	target, err := openMail(o.mail)
	if err != nil {
		return nil, err
	}
	presence := live.NewPresence()
	doors, err := o.openSecurity(log)
	if err != nil {
		return nil, err
	}
	with := settings{
		watcher: doors, clock: o.clock.now(), set: o.clock, target: target, presence: presence, baseURL: base, log: log, keys: keysOfServer,
	}
	if err := o.mustNotMissKey(ctx, with); err != nil {
		return nil, err
	}
	opened, err := o.place.open(ctx, with)
	if err != nil {
		return nil, err
	}
	if err := app.ServeBy(ctx, opened.store, o.clock.kind()); err != nil {
		return nil, errors.Join(o.clock.refused(err), opened.close())
	}
	if err := o.claimKeys(ctx, opened, log); err != nil {
		return nil, errors.Join(err, opened.close())
	}
	relying, grants, err := o.signIn.open(base, opened.Catalogue(), log)
	if err != nil {
		return nil, errors.Join(err, opened.close())
	}
	h := &runningServer{
		options: o, opened: opened, log: log, base: base, texts: texts, site: mail.Site(base), oidc: relying, grants: grants,
		security: doors, limits: visitor.NewLimits(o.ratePerMinute), meters: watch.NewMeters(version), crowd: newCrowd(&o),
	}
	h.stop, h.stopped = context.WithCancel(context.Background())
	h.present = presence
	h.live = live.New(live.Config{App: opened.App, BaseURL: base, Hints: opened.hints, Presence: presence, Log: log, Demonstration: h.clock != nil, Shown: h.meters.Shown})
	h.worker = mail.NewWorker(mail.WorkerConfig{Outbox: opened.Outbox, Composer: composer, Target: target, Site: h.site, Log: log, Tried: h.meters.Mail})
	for _, printer := range o.printers {
		printer.Tried = h.meters.Slip
	}
	h.eraser = opened.Persons.NewEraser(opened.keys, folderOf(target))
	h.eraser.LookAtKeys(ctx) // before anybody asks whether it is ready
	return h, nil
}

// run serves until ctx ends, then lets go in order: no new connections, open
// sockets told to come back, running requests finished, background work ended.
func (h *runningServer) run(ctx context.Context, open *listeners) error {
	if h.clock != nil {
		h.log.Warn("the clock is set: this is a demonstration", "clock", h.clock.at.Format(time.RFC3339), "suspect", h.clock.suspect)
	}
	interfaces := h.newAPI()
	router, err := h.router(interfaces)
	if err != nil {
		return err
	}
	if err := h.live.Stand(ctx); err != nil { // not ready, and tried again
		h.log.Error("events can't be followed yet", "error", err)
	}
	group, failed := errgroup.WithContext(context.WithoutCancel(ctx))
	background, end := context.WithCancel(failed)
	defer end()
	group.Go(func() error { return h.live.Run(background) })
	group.Go(func() error { return h.security.Run(background, h.store) })
	if h.relay != nil {
		group.Go(func() error { return h.relay(background) })
	}
	group.Go(func() error { return h.worker.Run(background) })
	group.Go(func() error { return h.RunTime(background) })
	group.Go(func() error { return h.Upkeep.RunTidy(background) })
	group.Go(func() error { return h.Wishes.Run(background) })
	group.Go(func() error { return h.Dealings.Run(background) })
	group.Go(func() error { return h.Memory.Run(background) })
	group.Go(func() error { return h.eraser.Run(background) })
	group.Go(func() error { return h.eraser.WatchKeys(background) })
	group.Go(func() error { return h.Upkeep.RunOverwrites(background) })
	if h.oidc != nil {
		group.Go(func() error { return h.oidc.Run(background) })
	}
	server := h.newServer(router)
	group.Go(func() error { return answerOn(server, h.crowd.limited(open.main), h.certificate) })
	if open.metrics != nil {
		group.Go(func() error { return h.serveMetrics(background, open.metrics) })
	}
	if open.redirect != nil {
		group.Go(func() error { return h.serveRedirects(background, h.crowd.limited(open.redirect)) })
	}
	if h.certificate != nil {
		group.Go(func() error { return h.certificate.run(background, h.reload) })
	}
	h.log.Info("listening", "addr", open.main.Addr().String(), "base", h.base, "version", version)
	manager := systemd.NewSupervisor(os.Getenv)
	manager.Ready()
	defer manager.Stopping()
	select {
	case <-ctx.Done():
		h.log.Info("stopping")
	case <-failed.Done():
	}
	h.stopped()
	err = h.finish(server, interfaces)
	end()
	return errors.Join(err, group.Wait())
}

func (h *runningServer) newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin,
		IdleTimeout: idleFor, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelDebug), ConnState: h.crowd.follow,
	}
}

// answerOn serves until the server is shut down, encrypted where there is a
// certificate to show.
func answerOn(server *http.Server, listener net.Listener, shown *certificate) error {
	var err error
	if shown != nil {
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: shown.get}
		err = server.ServeTLS(listener, "", "")
	} else {
		err = server.Serve(worded{listener, server.Handler})
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}

// finish waits for requests and sockets, but not for ever.
func (h *runningServer) finish(server *http.Server, interfaces *api.API) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	err := server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("finish requests: %w", err), server.Close())
	}
	interfaces.Wait(ctx)
	return err
}

func (h *runningServer) newAPI() *api.API {
	return api.New(api.Deps{
		App: h.App, Live: h.live, Texts: h.texts, Log: h.log, BaseURL: h.base,
		Limits: h.limits, Calendar: h.calendar, Stopping: h.stop,
	})
}

// calendar writes an appointment's calendar entry.
func (h *runningServer) calendar(a app.Appointment) ([]byte, error) {
	data, err := mail.Describe(h.Catalogue(), a.Ticket, h.site, a.Token)
	if err != nil {
		return nil, err
	}
	if a.Ticket.State == "cancelled" {
		data.Kind = mail.Cancellation
	}
	data.Stamp = h.Now()
	return mail.Calendar(h.texts, data), nil
}
