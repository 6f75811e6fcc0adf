//go:build mta

package mta

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// townHall is a server that mails through a real mail server.
type townHall struct {
	t       *testing.T
	place   string
	program string
	log     *output
	url     string
	metrics string
}

// openTown furnishes a place that nobody (the user) may read and write, as the
// mail server's pipe runs as that user.
func openTown(t *testing.T) *townHall {
	t.Helper()
	file, err := program()
	must(t, err)
	h := &townHall{t: t, place: publicDir(t), program: file, log: new(output)}
	h.command("", "init", "--example", "grimma")
	return h
}

// hook is the command that a mail server gives bounces to. It keeps a copy.
func (h *townHall) hook() string {
	script := filepath.Join(h.place, "bounced.sh")
	text := fmt.Sprintf("#!/bin/sh\ntee -a %[1]s/bounces.eml | %[2]s mail bounced --database sqlite:%[1]s/aufruf.db >>%[1]s/hook.log 2>&1\n", h.place, h.program)
	must(h.t, os.WriteFile(script, []byte(text), 0o755))
	return script
}

// handOver gives the place to the user that the mail server's pipe runs as.
func (h *townHall) handOver() {
	h.t.Helper()
	must(h.t, filepath.WalkDir(h.place, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, id(h.t, "nobody"), 0)
	}))
}

// serve starts the server as that user.
func (h *townHall) serve(way string) {
	h.t.Helper()
	h.handOver()
	c := exec.CommandContext(h.t.Context(), h.program, "serve", "--database", "sqlite:"+h.place+"/aufruf.db", "--mail", way,
		"--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--rate-limit", "off")
	c.Dir, c.Stdout, c.Stderr = h.place, h.log, h.log
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: &syscall.Credential{Uid: uint32(id(h.t, "nobody")), Gid: 65534}}
	run(h.t, c)
	h.url = "http://" + h.said(`msg=listening addr=(\S+)`)
	h.metrics = "http://" + h.said(`msg=metrics addr=(\S+)`) + "/metrics"
	h.t.Cleanup(func() {
		if h.t.Failed() {
			h.t.Log(h.log.String())
		}
	})
}

// said waits for a line of the server's log and returns its first group, or all.
func (h *townHall) said(pattern string) string {
	h.t.Helper()
	line, found := regexp.MustCompile(pattern), []string(nil)
	await(h.t, pattern, func() bool { found = line.FindStringSubmatch(h.log.String()); return found != nil })
	return found[len(found)-1]
}

// command runs one as the server's user, and returns what it prints.
func (h *townHall) command(stdin string, args ...string) string {
	h.t.Helper()
	h.handOver()
	c := exec.CommandContext(h.t.Context(), h.program, append(args, "--database", "sqlite:"+h.place+"/aufruf.db")...)
	c.Dir, c.Stdin = h.place, strings.NewReader(stdin)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(id(h.t, "nobody")), Gid: 65534}}
	out, err := c.CombinedOutput()
	if err != nil {
		h.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// ask reads JSON from the server.
func (h *townHall) ask(method, path string, body, into any) {
	h.t.Helper()
	var text bytes.Buffer
	if body != nil {
		must(h.t, json.NewEncoder(&text).Encode(body))
	}
	request, err := http.NewRequestWithContext(h.t.Context(), method, h.url+"/api/v1"+path, &text)
	must(h.t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	must(h.t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	must(h.t, err)
	if response.StatusCode > 299 {
		h.t.Fatalf("%s %s: %s\n%s", method, path, response.Status, answer)
	}
	must(h.t, json.Unmarshal(answer, into))
}

// book books the next free time a week from now for somebody.
func (h *townHall) book(email string) (number string) {
	h.t.Helper()
	var days struct {
		Days []struct{ Date, State string }
	}
	from := time.Now().AddDate(0, 0, 7)
	query := fmt.Sprintf("?branch=grimma-markt&service=eid-pin&from=%s&to=%s", from.Format(time.DateOnly), from.AddDate(0, 0, 14).Format(time.DateOnly))
	h.ask(http.MethodGet, "/days"+query, nil, &days)
	for _, day := range days.Days {
		var slots struct{ Slots []struct{ Start time.Time } }
		h.ask(http.MethodGet, "/slots?branch=grimma-markt&service=eid-pin&date="+day.Date, nil, &slots)
		if len(slots.Slots) == 0 {
			continue
		}
		var made struct{ Number string }
		h.ask(http.MethodPost, "/appointments", map[string]any{
			"branch": "grimma-markt", "services": []map[string]any{{"id": "eid-pin"}}, "name": "Ada Beispiel", "email": email, "start": slots.Slots[0].Start,
		}, &made)
		return made.Number
	}
	h.t.Fatal("nothing is free in two weeks")
	return ""
}

// behind reads how long the oldest mail waits.
func (h *townHall) metric(name string) string {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.metrics, nil)
	must(h.t, err)
	response, err := http.DefaultClient.Do(request)
	must(h.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(h.t, err)
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(string(text))
	if found == nil {
		return ""
	}
	return found[1]
}
