package config

import (
	"slices"
	"strings"
)

const (
	prefix     = "AUFRUF_"
	fileSuffix = "_FILE"
)

// known lists the flags of every subcommand of every program. A test of each
// program compares its own with this list.
var known = map[string][]string{
	"server serve": {
		"listen", "base-url", "tls-cert", "tls-key", "insecure-http", "database", "key-file", "mail",
		"trusted-proxies", "rate-limit", "metrics-listen", "clock",
		"oidc-issuer", "oidc-client-id", "oidc-client-secret-file", "oidc-claim", "oidc-scope", "oidc-grant", "kiosk-printer",
	},
	"server import":        {"database", "key-file"},
	"server export":        {"database", "key-file"},
	"server user":          {"database", "key-file", "role", "branch"},
	"server device":        {"database", "key-file", "kind", "branch", "office"},
	"server backup":        {"database", "key-file"},
	"server restore":       {"database", "key-file"},
	"server erase":         {"database", "key-file", "mail", "number", "date", "branch"},
	"server personal-data": {"database", "key-file", "number", "date", "branch"},
	"server key":           {"database", "key-file", "old-key-file"},
	"display": {
		"server", "token-file", "player", "listen", "browser", "branch", "state-dir", "sounds",
		"language", "speech", "gong", "volume", "quiet", "night", "theme", "large", "clips",
	},
	"caller": {
		"server", "user", "password-file", "branch", "room", "office", "service", "note", "json", "wait", "take-over", "date",
	},
}

// Flags returns the names of the flags that a program or subcommand ("server
// serve", "display") is known to have, sorted.
func Flags(program string) []string {
	return slices.Sorted(slices.Values(known[program]))
}

// Variable returns the environment variable of a flag.
func Variable(flagName string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func flagName(variable string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, prefix), "_", "-"))
}

func knownVariables() []string {
	var all []string
	for _, flags := range known {
		for _, f := range flags {
			all = append(all, Variable(f))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// Suggestion names the nearest of the candidates, or nothing if none is near.
func Suggestion(word string, candidates []string) string {
	best, least := "", len(word)/2+1
	for _, c := range candidates {
		if d := distance(word, c); d < least {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return ", did you mean " + best + "?"
}

// distance is the number of insertions, deletions and replacements between
// two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
