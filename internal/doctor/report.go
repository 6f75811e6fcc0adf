// Package doctor is the report of a program that looks at itself: what is fine,
// what is worth a look, what doesn't work, and the next step to each; and how it
// looks at folders and certificates, without changing anything.
package doctor

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"aufruf/internal/config"
	"aufruf/internal/i18n"
)

// grade is how bad a finding is.
type grade string

const (
	fine  grade = "fine"
	note  grade = "note"
	fault grade = "fault"
)

// finding is one thing that was looked at.
type finding struct {
	grade grade
	key   string
	args  []any
}

// Report gathers findings. The sentence of one is cli.doctor.KEY, and what to do
// about it cli.doctor.KEY_do; args are names and values for both, in turn. It is
// used by one goroutine.
type Report struct {
	texts i18n.Texts
	found []finding
}

// New begins a report in a language.
func New(texts i18n.Texts) *Report { return &Report{texts: texts} }

// Fine notes that nothing is to be done.
func (r *Report) Fine(key string, args ...any) { r.add(fine, key, args) }

// Note notes what is worth a look.
func (r *Report) Note(key string, args ...any) { r.add(note, key, args) }

// Fault notes what doesn't work.
func (r *Report) Fault(key string, args ...any) { r.add(fault, key, args) }

func (r *Report) add(g grade, key string, args []any) {
	r.found = append(r.found, finding{g, key, args})
}

// errUnwell is behind the error of a report with faults.
var errUnwell = errors.New("something doesn't work")

// Print writes what was found; an error where there is a fault.
func (r *Report) Print(to io.Writer) error {
	faults := 0
	for _, f := range r.found {
		if f.grade == fault {
			faults++
		}
		if err := r.print(to, f); err != nil {
			return err
		}
	}
	if faults > 0 {
		return config.Because(errUnwell, "cli.doctor.faults", "count", faults)
	}
	return nil
}

func (r *Report) print(to io.Writer, f finding) error {
	grade := r.texts.T("cli.doctor.grade." + string(f.grade))
	_, err := fmt.Fprintf(to, "%-8s %s\n", grade, r.texts.T("cli.doctor."+f.key, f.args...))
	if f.grade == fine || err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "%s→ %s\n", strings.Repeat(" ", 9), r.texts.T("cli.doctor."+f.key+"_do", f.args...))
	return err
}
