package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Limits of what a person may type, in characters.
const (
	MaxName    = 200
	MaxEmail   = 254 // RFC 5321, 4.5.3.1.3
	MaxPhone   = 40
	MaxSupport = 200
)

// checked returns the person with spaces trimmed, or an Invalid error that
// names every field that is wrong.
func (p Person) checked(emailRequired bool) (Person, error) {
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	p.Email, p.Phone, p.Support = strings.TrimSpace(p.Email), strings.TrimSpace(p.Phone), strings.TrimSpace(p.Support)
	fields := map[string]string{}
	text(fields, "name", p.Name, MaxName)
	text(fields, "phone", p.Phone, MaxPhone)
	text(fields, "support", p.Support, MaxSupport)
	if p.Name == "" {
		fields["name"] = "field.required"
	}
	switch {
	case p.Email == "" && emailRequired:
		fields["email"] = "field.required"
	case p.Email != "" && !validEmail(p.Email):
		fields["email"] = "field.email"
	}
	if p.Phone != "" && strings.ContainsFunc(p.Phone, notOfPhone) {
		fields["phone"] = "field.phone"
	}
	return p, problem.Fields(fields)
}

func text(fields map[string]string, name, value string, limit int) {
	if utf8.RuneCountInString(value) > limit {
		fields[name] = "field.too_long"
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, town.Unprintable) {
		fields[name] = "field.characters"
	}
}

func notOfPhone(r rune) bool { return !strings.ContainsRune("0123456789+-/() .", r) }

// validEmail accepts one bare address with a domain that can be delivered to.
func validEmail(s string) bool {
	if len(s) > MaxEmail || strings.ContainsFunc(s, unicode.IsSpace) {
		return false
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || parsed.Name != "" {
		return false
	}
	domain := s[strings.LastIndexByte(s, '@')+1:]
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// errNoKey: what is known of a person can't be sealed for that day, so nobody
// could be told anything. Nothing is given away in such a state.
var errNoKey = problem.New(problem.Unavailable, "booking.no_key").After(time.Minute)

// keep seals what is known of a ticket's person beside it. Errors: Unavailable
// "booking.no_key" where the day has no key.
func (a *App) keep(ctx context.Context, tx ledger.Tx, t queue.Ticket, p Person) error {
	row, err := a.sealPerson(ctx, tx, ledger.Sealed{Ticket: t.ID, Branch: t.Branch, Date: t.Date}, p)
	if err != nil {
		return a.unsealed(ctx, t.Branch, t.Date, err)
	}
	return tx.Personal().Put(ctx, row)
}

// unsealed is what becomes of a failure to seal: an alarm, and a refusal. One of
// the database is its own.
func (a *App) unsealed(ctx context.Context, branch town.BranchID, date town.Date, err error) error {
	if errors.Is(err, ledger.ErrAway) {
		return err
	}
	a.log.ErrorContext(ctx, "personal data can't be sealed, and nothing is booked", "branch", string(branch), "date", date.String(), "error", err.Error())
	return errNoKey.Because(err)
}

// personTold is person for an update that moves them elsewhere or tells them
// something. Errors: Unavailable "booking.no_key" where this server has other keys
// than the database is sealed with: what they open must neither be lost nor stay
// unsaid.
func (a *App) personTold(ctx context.Context, tx ledger.Tx, t queue.Ticket) (*Person, error) {
	p, kept, err := a.keptPerson(ctx, tx, t)
	if err != nil || p != nil || !kept {
		return p, err
	}
	_, err = a.keysAreOurs(ctx, tx)
	if errors.Is(err, ErrOtherKeys) {
		return nil, errNoKey.Because(err)
	}
	return nil, err
}

// sealPerson fills a row with what is known of a person.
func (a *App) sealPerson(ctx context.Context, tx ledger.Tx, row ledger.Sealed, p Person) (_ ledger.Sealed, err error) {
	if row.Body, row.KeyDay, err = a.sealValue(ctx, tx, placeOfPerson(row), p); err != nil {
		return row, err
	}
	if row.Email, err = a.emailHash(row.KeyDay, p.Email); err != nil {
		return row, err
	}
	return row, nil
}

// emailHash returns the hash by which what is sealed with a day's key is found by
// its mail address; nil for none.
func (a *App) emailHash(keyDay town.Date, email string) ([]byte, error) {
	if email == "" {
		return nil, nil
	}
	hash, err := a.sealer.Hash(keyDay, purposeEmail, sameAddress(email))
	if err != nil {
		return nil, fmt.Errorf("hash mail address: %w", err)
	}
	return hash, nil
}

// sameAddress returns what two spellings of a mail address have in common.
func sameAddress(email string) string { return strings.ToLower(email) }

// person returns what is known of a ticket's person; nil once erased, or where
// its key is gone.
func (a *App) person(ctx context.Context, tx ledger.Tx, t queue.Ticket) (*Person, error) {
	p, _, err := a.keptPerson(ctx, tx, t)
	return p, err
}

// keptPerson tells apart what person doesn't: kept and nil is somebody whose
// data are there and can't be read.
func (a *App) keptPerson(ctx context.Context, tx ledger.Tx, t queue.Ticket) (p *Person, kept bool, err error) {
	row, err := tx.Personal().Get(ctx, t.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read person: %w", err)
	}
	opened, err := a.openPerson(row)
	if err != nil {
		if !errors.Is(err, errKeyGone) {
			return nil, true, err
		}
		a.log.WarnContext(ctx, "personal data can't be read: key gone", "branch", string(row.Branch), "date", row.Date.String())
		return nil, true, nil
	}
	return &opened, true, nil
}

// openPerson opens what is known of a ticket's person. Errors: errKeyGone.
func (a *App) openPerson(row ledger.Sealed) (p Person, err error) {
	return p, a.openValue(placeOfPerson(row), row.KeyDay, row.Body, &p)
}

// language returns one that the town offers, the first where it doesn't.
func (p *plan) language(wanted town.Language) town.Language {
	offered := p.catalogue.Authority.Languages
	for _, l := range offered {
		if l == wanted {
			return l
		}
	}
	if len(offered) > 0 {
		return offered[0]
	}
	return town.German
}
