package main

import (
	"regexp"
	"strings"
)

// invokedByVariable is how the package's aufruf-admin says what was typed, so
// that the next step that a sentence names can be typed as well.
const invokedByVariable = "INVOKED_BY="

var admin = regexp.MustCompile(`^aufruf-admin( @[A-Za-z0-9._-]+)?$`)

// invokedBy returns the command that this program stands behind; empty: none.
func invokedBy(environ []string) string {
	for _, line := range environ {
		if by, ok := strings.CutPrefix(line, invokedByVariable); ok && admin.MatchString(by) {
			return by
		}
	}
	return ""
}

// adminCommands are what sentences name as "server COMMAND", and aufruf-admin
// does.
var adminCommands = []string{
	"init", "import", "export", "remove", "user", "device", "clock", "backup", "restore", "copy", "erase", "personal-data", "key", "mail", "doctor", "check",
	"healthcheck",
}

// asTypedAt makes "server init" what is typed at aufruf-admin. The server itself
// is a service there.
func asTypedAt(by string) *strings.Replacer {
	_, town, _ := strings.Cut(by, " ")
	pairs := []string{"server serve", "systemctl enable --now aufruf-server" + town}
	for _, command := range adminCommands {
		pairs = append(pairs, "server "+command, by+" "+command)
	}
	return strings.NewReplacer(pairs...)
}
