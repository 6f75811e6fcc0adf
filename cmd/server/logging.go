package main

import (
	"io"
	"log/slog"

	"aufruf/internal/config"
)

// The forms in which the log is written.
const (
	formatText = "text"
	formatJSON = "json"
)

// logOptions say how precise the log is, and in which form.
type logOptions struct {
	level slog.Level
	json  bool
}

// readLog reads "debug", "info", "warn" or "error", and "text" or "json".
func readLog(level, format string) (o logOptions, err error) {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	var known bool
	if o.level, known = levels[level]; !known {
		return o, config.Usage("cli.server.log_level", "given", level)
	}
	if format != formatText && format != formatJSON {
		return o, config.Usage("cli.server.log_format", "given", format)
	}
	o.json = format == formatJSON
	return o, nil
}

func (o logOptions) handler(to io.Writer) slog.Handler {
	if o.json {
		return slog.NewJSONHandler(to, &slog.HandlerOptions{Level: o.level})
	}
	return slog.NewTextHandler(to, &slog.HandlerOptions{Level: o.level})
}
