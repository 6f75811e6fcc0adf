// Package page holds what all pages share: the frame around the content, choices
// and their words, forms, times, what a visit needs, static files, headers. It
// has no page of its own.
package page

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/visitor"
)

// Frame is what all pages stand in: the town's words, arms and colours, the
// languages, the files, the headers. Each surface holds one; it is safe for
// concurrent use.
type Frame struct {
	Town          TownClock
	Texts         *i18n.Bundle
	Log           *slog.Logger
	Base          string
	demonstration bool
	limits        *visitor.Limits
	Static        *static
	router        http.Handler // what answers this site's addresses; nil: nothing yet
}

// Deps is what a frame needs.
type Deps struct {
	Town          TownClock
	Texts         *i18n.Bundle
	Log           *slog.Logger
	BaseURL       string // of this server, without a trailing slash
	Demonstration bool   // the clock is set: pages say so
	Limits        *visitor.Limits
}

// TownClock tells what the town offers, and what time it is: the use cases, or
// the place where no town is yet.
type TownClock interface {
	Now() time.Time
	Catalogue() *catalogue.Catalogue
}

// New reads the static files. An error is a mistake in what the program
// ships.
func New(d Deps) (*Frame, error) {
	files, err := newStatic()
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	return &Frame{
		Town: d.Town, Texts: d.Texts, Log: d.Log, Base: strings.TrimSuffix(d.BaseURL, "/"),
		demonstration: d.Demonstration, limits: d.Limits, Static: files,
	}, nil
}

func (f *Frame) Secure() bool {
	u, err := url.Parse(f.Base)
	return err == nil && u.Scheme == "https"
}
