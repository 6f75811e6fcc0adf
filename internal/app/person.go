package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	MaxNote    = 500
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
	if len(fields) > 0 {
		return p, &problem.Error{Kind: problem.Invalid, Key: "request.invalid", Fields: fields}
	}
	return p, nil
}

func text(fields map[string]string, name, value string, limit int) {
	if utf8.RuneCountInString(value) > limit {
		fields[name] = "field.too_long"
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable) {
		fields[name] = "field.characters"
	}
}

func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

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
func (a *App) keep(ctx context.Context, tx Tx, t queue.Ticket, p Person) error {
	plain, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode person: %w", err)
	}
	body, err := a.sealer.Seal(t.Branch, t.Date, string(t.ID), plain)
	if err != nil {
		a.log.ErrorContext(ctx, "personal data can't be sealed, and nothing is booked", "branch", string(t.Branch), "date", t.Date.String(), "error", err)
		return errNoKey.Because(err)
	}
	row := Sealed{Ticket: t.ID, Branch: t.Branch, Date: t.Date, Body: body}
	if row.Email, err = a.emailHash(t.Date, p.Email); err != nil {
		return err
	}
	return tx.Personal().Put(ctx, row)
}

// emailHash returns the hash by which an appointment of a day is found by its
// mail address; nil for none.
func (a *App) emailHash(date town.Date, email string) ([]byte, error) {
	if email == "" {
		return nil, nil
	}
	hash, err := a.sealer.Hash(date, purposeEmail, sameAddress(email))
	if err != nil {
		return nil, fmt.Errorf("hash mail address: %w", err)
	}
	return hash, nil
}

// sameAddress returns what two spellings of a mail address have in common.
func sameAddress(email string) string { return strings.ToLower(email) }

// person returns what is known of a ticket's person; nil once erased, or where
// its key is gone.
func (a *App) person(ctx context.Context, tx Tx, t queue.Ticket) (*Person, error) {
	p, _, err := a.keptPerson(ctx, tx, t)
	return p, err
}

// keptPerson tells apart what person doesn't: kept and nil is somebody whose
// data are there and can't be read.
func (a *App) keptPerson(ctx context.Context, tx Tx, t queue.Ticket) (p *Person, kept bool, err error) {
	row, err := tx.Personal().Get(ctx, t.ID)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read person: %w", err)
	}
	opened, err := a.openPerson(row)
	if err != nil {
		a.log.WarnContext(ctx, "personal data can't be read: key gone", "branch", string(row.Branch), "date", row.Date.String())
		return nil, true, nil
	}
	return &opened, true, nil
}

// openPerson opens what is known of a ticket's person.
func (a *App) openPerson(row Sealed) (Person, error) {
	var p Person
	plain, err := a.sealer.Open(row.Branch, row.Date, string(row.Ticket), row.Body)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(plain, &p); err != nil {
		return p, fmt.Errorf("decode person: %w", err)
	}
	return p, nil
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
