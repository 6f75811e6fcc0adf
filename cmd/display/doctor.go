package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/doctor"
	"aufruf/internal/i18n"
	"aufruf/internal/wire"
)

// What the doctor takes for too long, or too far apart.
const (
	doctorWithin = 10 * time.Second
	clocksApart  = 2 * time.Minute
)

// doctorCommand looks at what a screen with these flags needs: server, pairing,
// sound, browser, folder. It changes nothing, and plays nothing that is heard.
func doctorCommand(texts i18n.Texts, out io.Writer, log io.Writer) *cobra.Command {
	var f *flags
	c := config.Command("doctor", config.Arguments(0), func(ctx context.Context, _ []string) error {
		s, err := f.read()
		if err != nil {
			return err
		}
		d := &selfCheck{s, doctor.New(texts)}
		d.lookAtServer(ctx)
		if err := d.lookAtSound(ctx, log); err != nil {
			return err
		}
		d.lookAtBrowser()
		d.lookAtFolder()
		return d.Print(out)
	})
	f = declareFlags(c.Flags())
	return c
}

type selfCheck struct {
	settings
	*doctor.Report
}

// lookAtServer asks for the screen's socket without asking for a websocket: the
// refusal tells whether the token is known.
func (d *selfCheck) lookAtServer(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, doctorWithin)
	defer cancel()
	token, err := openToken(d.tokenFile)
	if err != nil {
		d.Fault("screen_token", "file", d.tokenFile, "cause", err)
		return
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.origin+"/api/v1/ws/display", nil)
	if err != nil {
		d.Fault("screen_server", "server", d.server, "cause", err)
		return
	}
	paired := token.value != ""
	if paired {
		request.Header.Set("Authorization", "Bearer "+token.value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		d.lookAtSilence(err)
		return
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Type") != wire.ProblemType {
		d.Fault("screen_other", "server", d.server, "code", answer.StatusCode)
		return
	}
	d.Fine("screen_reached", "server", d.server)
	d.lookAtClock(answer.Header.Get("Date"))
	switch {
	case !paired:
		d.Note("screen_unpaired", "file", d.tokenFile)
	case answer.StatusCode == http.StatusUnauthorized, answer.StatusCode == http.StatusForbidden:
		d.Fault("screen_revoked", "file", d.tokenFile)
	default:
		d.Fine("screen_paired")
	}
}

// lookAtSilence tells a server whose certificate isn't taken from one that doesn't
// answer.
func (d *selfCheck) lookAtSilence(err error) {
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		d.Fault("screen_server", "server", d.server, "cause", err)
		return
	}
	host := d.server
	if address, err := url.Parse(d.server); err == nil && address.Host != "" {
		host = address.Hostname()
	}
	chain := refused.UnverifiedCertificates
	d.CertificateTime(chain[0], d.server, time.Now())
	d.CertificateName(chain[0], d.server, host)
	d.CertificateAuthority(chain, d.server)
}

// lookAtClock compares with the server's, for the screen's own log.
func (d *selfCheck) lookAtClock(date string) {
	at, err := http.ParseTime(date)
	if err == nil && time.Since(at).Abs() > clocksApart {
		d.Note("screen_clock", "shows", time.Now().Format(time.DateTime), "server", at.Local().Format(time.DateTime))
	}
}

func (d *selfCheck) lookAtSound(ctx context.Context, log io.Writer) error {
	bell, closeBell, err := newBell(d.settings, newLog(log))
	if err != nil {
		return err
	}
	defer closeBell()
	ctx, cancel := context.WithTimeout(ctx, doctorWithin)
	defer cancel()
	switch sound := bell.Ready(ctx); {
	case d.sound.player == "none":
		d.Note("screen_mute")
	case sound == wire.SoundReady:
		d.Fine("screen_sound")
	default:
		d.Fault("screen_silent", "cause", bell.silent)
	}
	return nil
}

func (d *selfCheck) lookAtBrowser() {
	if d.browser == "" {
		d.Note("screen_browserless", "listen", d.listen)
		return
	}
	program := strings.Fields(d.browser)[0]
	if _, err := exec.LookPath(program); err != nil {
		d.Fault("screen_browser", "browser", program)
		return
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		d.Note("screen_desktop")
		return
	}
	d.Fine("screen_shows", "browser", program)
}

// lookAtFolder tries whether the last board outlasts a power cut, and whether a
// token can be written.
func (d *selfCheck) lookAtFolder() {
	for _, folder := range []string{d.stateDir, filepath.Dir(d.tokenFile)} {
		if folder == "" {
			d.Note("screen_forgets")
			continue
		}
		if err := doctor.Writable(folder); err != nil {
			d.Fault("screen_folder", "folder", folder, "cause", err)
		}
	}
}
