package config

import "slices"

// known lists the flags of each program's commands. A test of each program
// compares its own with this list.
var known = map[string][]string{
	"server": {
		"listen", "base-url", "tls-cert", "tls-key", "redirect-listen", "insecure-http", "database", "key-file", "mail",
		"trusted-proxies", "rate-limit", "metrics-listen", "security-log", "clock",
		"all",
		"oidc-issuer", "oidc-client-id", "oidc-client-secret-file", "oidc-claim", "oidc-scope", "oidc-grant", "kiosk-printer", "log-level", "log-format",
		"role", "shown-name", "branch", "kind", "office", "number", "date", "wishes-of", "old-key-file", "lost", "example", "dry-run", "into", "keep", "from", "to",
	},
	"display": {
		"server", "token-file", "player", "listen", "browser", "branch", "state-dir", "sounds",
		"language", "speech", "gong", "volume", "quiet", "night", "theme", "large", "clips",
	},
	"caller": {
		"server", "user", "password-file", "branch", "room", "office", "service", "note", "json", "wait", "take-over", "sure", "date",
	},
}

// Known returns the names of the flags that a program is known to have, sorted.
func Known(program string) []string {
	return slices.Sorted(slices.Values(known[program]))
}
