// Package printing puts tickets on paper: which printer belongs to whom, what a
// slip says, what went wrong last.
package printing

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"aufruf/internal/escpos"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Printers is the ticket printers that the operator named: by a kiosk, or by a
// branch for its reception and all kiosks there. Nothing else is ever dialled.
// What went wrong last is kept in memory, for staff to see.
type Printers struct {
	named map[string]*escpos.Printer

	mu      sync.Mutex
	faults  map[town.DeviceID]PrinterFault
	printed []*printing // the newest, last
}

// printing is one ticket on its way to paper.
type printing struct {
	ticket town.TicketID
	ended  chan struct{}
	err    error // once ended
}

// PrinterFault is a kiosk whose last ticket wasn't printed.
type PrinterFault struct {
	Kiosk  string
	branch town.BranchID
	Why    error
	Since  time.Time
}

// rememberPrinted is how many tickets are known to be printed, so that a
// second touch prints nothing.
const rememberPrinted = 64

// NewPrinters returns the printers by the name of a kiosk or the id of a branch.
func NewPrinters(named map[string]*escpos.Printer) *Printers {
	return &Printers{named: named, faults: map[town.DeviceID]PrinterFault{}}
}

// Of returns the printer of a kiosk; nil: it has none.
func (p *Printers) Of(kiosk ledger.Device) *escpos.Printer {
	if p == nil {
		return nil
	}
	if own := p.named[kiosk.Name]; own != nil {
		return own
	}
	return p.At(kiosk.Branch)
}

// At returns the printer of a branch, where its reception prints; nil: it has
// none.
func (p *Printers) At(branch town.BranchID) *escpos.Printer {
	if p == nil {
		return nil
	}
	return p.named[string(branch)]
}

// Print prints a ticket at a kiosk's printer. Where the same ticket is being
// printed or was printed, it waits for that instead. It doesn't end with ctx:
// whoever touches twice has dropped the first request.
func (p *Printers) Print(ctx context.Context, kiosk ledger.Device, ticket town.TicketID, job []byte, now time.Time) error {
	run, mine := p.begin(ticket)
	if !mine {
		<-run.ended
		return run.err
	}
	run.err = p.Of(kiosk).Print(context.WithoutCancel(ctx), job)
	p.end(run, kiosk, now)
	return run.err
}

// begin returns the attempt that counts for a ticket, and whether it begins
// now.
func (p *Printers) begin(ticket town.TicketID) (*printing, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, run := range p.printed {
		if run.ticket == ticket {
			return run, false
		}
	}
	run := &printing{ticket: ticket, ended: make(chan struct{})}
	p.printed = append(p.printed, run)
	if len(p.printed) > rememberPrinted {
		p.printed = slices.Delete(p.printed, 0, 1)
	}
	return run, true
}

// end keeps what became of an attempt. One that failed may be repeated.
func (p *Printers) end(run *printing, kiosk ledger.Device, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(run.ended)
	if run.err == nil {
		delete(p.faults, kiosk.ID)
		return
	}
	p.printed = slices.DeleteFunc(p.printed, func(r *printing) bool { return r == run })
	fault, known := p.faults[kiosk.ID]
	if !known {
		fault.Since = now
	}
	fault.Kiosk, fault.branch, fault.Why = kiosk.Name, kiosk.Branch, run.err
	p.faults[kiosk.ID] = fault
}

// FaultOf returns what is wrong with the printer of a kiosk.
func (p *Printers) FaultOf(kiosk town.DeviceID) (PrinterFault, bool) {
	if p == nil {
		return PrinterFault{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fault, ok := p.faults[kiosk]
	return fault, ok
}

// FaultsAt returns what is wrong at a branch, the oldest first.
func (p *Printers) FaultsAt(branch town.BranchID) []PrinterFault {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []PrinterFault
	for _, fault := range p.faults {
		if fault.branch == branch {
			all = append(all, fault)
		}
	}
	slices.SortFunc(all, func(a, b PrinterFault) int { return a.Since.Compare(b.Since) })
	return all
}

// Values of slipQuery: what became of the slip.
const (
	SlipQuery   = "zettel"
	SlipPrinted = "gedruckt"
	SlipPaper   = "papier"
	SlipCover   = "klappe"
	SlipAway    = "fehlt"
)

// SlipOf names what became of a slip.
func SlipOf(err error) string {
	switch {
	case err == nil:
		return SlipPrinted
	case errors.Is(err, escpos.ErrPaper):
		return SlipPaper
	case errors.Is(err, escpos.ErrNotReady):
		return SlipCover
	}
	return SlipAway
}
