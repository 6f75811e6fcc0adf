package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

// healthWithin is how long an answer may take: whoever looks after containers
// asks every few seconds.
const healthWithin = 5 * time.Second

// longestSentence of /readyz that is repeated, in bytes.
const longestSentence = 1 << 10

// healthcheckCommand asks the server that runs with the same flags on this
// machine whether it is ready, and repeats what it says.
func (w world) healthcheckCommand() *cobra.Command {
	f := new(serveFlags)
	c := config.Command("healthcheck", config.Arguments(0), func(ctx context.Context, _ []string) error {
		o, err := f.read()
		if err != nil {
			return err
		}
		sentence, err := o.askReady(ctx, o.here())
		if errors.Is(err, errEncrypted) { // its flags stand elsewhere
			sentence, err = o.askReady(ctx, "https"+strings.TrimPrefix(o.here(), "http"))
		}
		var refused *net.OpError
		switch {
		case errors.As(err, &refused):
			return config.Because(err, "cli.server.unheard", "address", o.here(), "cause", refused)
		case err != nil:
			return config.Because(err, "cli.server.unhealthy", "address", o.here(), "cause", err)
		}
		_, err = fmt.Fprintln(w.stdout, sentence)
		return err
	})
	f.declare(c.Flags())
	return c
}

// errEncrypted is what an encrypted server says to who asks in the clear.
var errEncrypted = errors.New("the server there wants https")

// askReady returns what /readyz says; an error where that isn't 200.
func (o *options) askReady(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/readyz", nil)
	if err != nil {
		return "", err
	}
	// It is this machine, under a name that no certificate has.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, longestSentence))
	if err != nil {
		return "", err
	}
	sentence := strings.TrimSpace(string(raw))
	if answer.StatusCode == http.StatusBadRequest && strings.Contains(sentence, "HTTP request to an HTTPS server") {
		return "", errEncrypted
	}
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%d: %s", answer.StatusCode, sentence)
	}
	return sentence, nil
}
