package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// News is what a change or a cancellation says beyond the ticket itself.
type News struct {
	ByOffice bool    `json:"by_office,omitempty"` // the office decided, not the citizen
	Reason   string  `json:"reason,omitempty"`    // the office's words
	Was      *Former `json:"was,omitempty"`       // what the reader was told last; nil: a cancellation
	// Reserved is the time that is kept for the reader's answer; nil: none is.
	Reserved *Reserved `json:"reserved,omitempty"`
}

// Former is what an appointment was before it was moved.
type Former struct {
	Branch town.BranchID `json:"branch"`
	Start  time.Time     `json:"start"`
	Number town.Number   `json:"number"`
}

func former(t queue.Ticket) *Former { return &Former{t.Branch, t.Start, t.Number} }

// withNews seals news into a mail's body. Without a key the mail goes out
// without them: nobody can be reached whose address can't be read, and booking
// goes on.
func (c *change) withNews(ctx context.Context, m ledger.Mail, news News) (ledger.Mail, error) {
	var err error
	if m.Body, m.KeyDay, err = c.sealValue(ctx, placeOfMail(m), news); err != nil {
		c.core.log.ErrorContext(ctx, "a mail's news can't be sealed", "branch", string(m.Branch), "date", m.Date.String(), "error", err)
		m.Body = nil
	}
	return m, nil
}

// news reads what withNews has sealed; empty where there is nothing, or where
// its key is gone.
func (v *view) news(ctx context.Context, m ledger.Mail) (News, error) {
	var news News
	if m.Body == nil {
		return news, nil
	}
	err := v.core.sealer.openValue(placeOfMail(m), m.KeyDay, m.Body, &news)
	if errors.Is(err, errKeyGone) {
		v.core.log.WarnContext(ctx, "a mail's news can't be read: key gone", "branch", string(m.Branch), "date", m.Date.String())
		return News{}, nil
	}
	if err != nil {
		return news, fmt.Errorf("read news: %w", err)
	}
	return news, nil
}

// lastTold is what the reader knows of an appointment that is moved: what it
// was before, or before an earlier move whose mail never left.
func (c *change) lastTold(ctx context.Context, before queue.Ticket) (*Former, error) {
	all, err := c.Mails().OfTicket(ctx, before.ID)
	if err != nil {
		return nil, fmt.Errorf("read mails: %w", err)
	}
	waits := slices.IndexFunc(all, func(m ledger.Mail) bool {
		unsaid := m.State == MailQueued || m.State == MailRefused && m.Settled.IsZero()
		return unsaid && m.Revision == before.Revision && (m.Kind == MailChange || m.Kind == MailRelocation)
	})
	if waits < 0 {
		return former(before), nil
	}
	news, err := c.news(ctx, all[waits])
	if err != nil || news.Was == nil {
		return former(before), err
	}
	return news.Was, nil
}
