package main

import (
	"log/slog"
	"net/url"
	"slices"
	"strings"
)

// warnOfShown warns of a password that stands on the program's command line: on
// most machines everybody reads that in the list of processes.
func warnOfShown(log *slog.Logger, line []string, addresses map[string]string) {
	for flag, address := range addresses {
		parsed, err := url.Parse(address)
		if err != nil || parsed.User == nil {
			continue
		}
		_, has := parsed.User.Password()
		if has && slices.ContainsFunc(line, func(word string) bool { return strings.Contains(word, address) }) {
			log.Warn("the list of processes shows a password; give it by the environment or a file", "flag", "--"+flag,
				"instead", "AUFRUF_"+strings.ToUpper(flag)+" or AUFRUF_"+strings.ToUpper(flag)+"_FILE")
		}
	}
}
