package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"aufruf/internal/config"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// afterwards enters what happened by hand while the server was away, from lines
// on standard input. It prints what stands on standard output, what was refused
// on standard error, and fails where something was.
func (d *desk) afterwards(ctx context.Context) error {
	entries, lines, err := readByHand(d.stdin)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	reply, err := d.client.EnterAfterwards(ctx, wire.AfterwardsRequest{Branch: d.branch, Date: d.date, Entries: entries})
	if err != nil {
		return err
	}
	if d.json {
		return json.NewEncoder(d.stdout).Encode(reply)
	}
	refused := false
	for i, e := range reply.Entries {
		if e.Problem != nil {
			refused = true
			fmt.Fprintln(d.stderr, d.phrases.T("caller.line_refused", "line", lines[i], "text", d.phrases.Refusal(e.Problem.Err())))
			continue
		}
		fmt.Fprintln(d.stdout, e.Number, e.State)
	}
	if refused {
		return problem.New(problem.Conflict, "caller.lines_refused")
	}
	return nil
}

var outcomes = map[string]string{"served": "served", "no-show": "no_show", "cancelled": "cancelled"}

// readByHand reads lines of a number or a service, what happened, and
// optionally when, and returns beside each the number of its line; empty ones
// and those that begin with # say nothing.
func readByHand(in io.Reader) (entries []wire.AfterwardsEntry, lines []int, err error) {
	text := bufio.NewScanner(in)
	for n := 1; text.Scan(); n++ {
		words := strings.Fields(text.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		entry, ok := byHand(words)
		if !ok {
			return nil, nil, config.Usage("cli.caller.wrong_line", "line", n, "given", text.Text())
		}
		entries, lines = append(entries, entry), append(lines, n)
	}
	if err := text.Err(); err != nil {
		return nil, nil, fmt.Errorf("read lines: %w", err)
	}
	if len(entries) == 0 {
		return nil, nil, config.Usage("cli.caller.no_lines")
	}
	return entries, lines, nil
}

func byHand(words []string) (wire.AfterwardsEntry, bool) {
	if len(words) < 2 || len(words) > 3 || outcomes[words[1]] == "" {
		return wire.AfterwardsEntry{}, false
	}
	entry := wire.AfterwardsEntry{Outcome: outcomes[words[1]]}
	number, err := town.ParseNumber(words[0])
	if err != nil {
		entry.Service = town.ServiceID(words[0])
	}
	entry.Number = number
	if len(words) == 3 {
		at, err := town.ParseTimeOfDay(words[2])
		if err != nil {
			return entry, false
		}
		entry.At = &at
	}
	return entry, true
}
