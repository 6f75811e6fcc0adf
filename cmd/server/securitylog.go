package main

import (
	"log/slog"

	"aufruf/internal/config"
	"aufruf/internal/security"
)

// openSecurity opens the log of what happens at the doors. Its file is closed
// with the process: lines are written as they come.
func (o *options) openSecurity(log *slog.Logger) (*security.Log, error) {
	c := security.Config{Log: log, Now: o.clock.now()}
	if o.securityLog != "" {
		file, err := security.OpenFile(o.securityLog, c.Now())
		if err != nil {
			return nil, config.Because(err, "cli.server.security_log", "file", o.securityLog)
		}
		c.File = file
	}
	return security.New(c), nil
}
