package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"aufruf/internal/catalogue"
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

// checked returns the person with spaces trimmed and what was asked of them
// answered, or an Invalid error that names every field that is wrong: an answer as
// "answers." with its question's id.
func (p Person) checked(emailRequired bool, asked []catalogue.Question) (Person, error) {
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	p.Email, p.Phone, p.Support = strings.TrimSpace(p.Email), strings.TrimSpace(p.Phone), strings.TrimSpace(p.Support)
	fields := map[string]string{}
	text(fields, "name", p.Name, MaxName)
	text(fields, "phone", p.Phone, MaxPhone)
	text(fields, "support", p.Support, MaxSupport)
	if fields["name"] == "" && !town.Visible(p.Name) {
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
	p.Answers = answered(fields, p.Answers, asked)
	return p, problem.Fields(fields)
}

// AnswerField names the field of an answer, in forms and in errors.
func AnswerField(id town.QuestionID) string { return "answers." + string(id) }

// answered returns the answers as they are kept, nil for none.
func answered(fields map[string]string, typed map[town.QuestionID]string, asked []catalogue.Question) map[town.QuestionID]string {
	answers := map[town.QuestionID]string{}
	for _, q := range asked {
		answer, wrong := q.Answer(typed[q.ID])
		if wrong != "" {
			fields[AnswerField(q.ID)] = wrong
		}
		if answer != "" {
			answers[q.ID] = answer
		}
	}
	for id := range typed {
		if !slices.ContainsFunc(asked, func(q catalogue.Question) bool { return q.ID == id }) {
			fields[AnswerField(id)] = "field.not_asked"
		}
	}
	if len(answers) == 0 {
		return nil
	}
	return answers
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
	if len(s) > MaxEmail || strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsFunc(s, town.Unprintable) {
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
func (v *view) keep(ctx context.Context, t queue.Ticket, p Person) error {
	row, err := v.sealPerson(ctx, ledger.Sealed{Ticket: t.ID, Branch: t.Branch, Date: t.Date}, p)
	if err != nil {
		return v.unsealed(ctx, t.Branch, t.Date, err)
	}
	return v.Personal().Put(ctx, row)
}

// unsealed is what becomes of a failure to seal: an alarm, and a refusal. One of
// the database is its own.
func (v *view) unsealed(ctx context.Context, branch town.BranchID, date town.Date, err error) error {
	if errors.Is(err, ledger.ErrAway) {
		return err
	}
	v.core.log.ErrorContext(ctx, "personal data can't be sealed, and nothing is booked", "branch", string(branch), "date", date.String(), "error", err.Error())
	return errNoKey.Because(err)
}

// personTold is person for an update that moves them elsewhere or tells them
// something. Errors: Unavailable "booking.no_key" where this server has other keys
// than the database is sealed with: what they open must neither be lost nor stay
// unsaid.
func (v *view) personTold(ctx context.Context, t queue.Ticket) (*Person, error) {
	p, kept, err := v.keptPerson(ctx, t)
	if err != nil || p != nil || !kept {
		return p, err
	}
	_, err = v.keysAreOurs(ctx)
	if errors.Is(err, ErrOtherKeys) {
		return nil, errNoKey.Because(err)
	}
	return nil, err
}

// sealPerson fills a row with what is known of a person.
func (v *view) sealPerson(ctx context.Context, row ledger.Sealed, p Person) (_ ledger.Sealed, err error) {
	if row.Body, row.KeyDay, err = v.sealValue(ctx, placeOfPerson(row), p); err != nil {
		return row, err
	}
	if row.Email, err = v.core.sealer.emailHash(row.KeyDay, p.Email); err != nil {
		return row, err
	}
	return row, nil
}

// emailHash returns the hash by which what is sealed with a day's key is found by
// its mail address; nil for none.
func (s *vault) emailHash(keyDay town.Date, email string) ([]byte, error) {
	if email == "" {
		return nil, nil
	}
	hash, err := s.Sealer.Hash(keyDay, purposeEmail, sameMailbox(email))
	if err != nil {
		return nil, fmt.Errorf("hash mail address: %w", err)
	}
	return hash, nil
}

// sameAddress returns what two spellings of a mail address have in common.
func sameAddress(email string) string { return strings.ToLower(email) }

// person returns what is known of a ticket's person; nil once erased, or where
// its key is gone.
func (v *view) person(ctx context.Context, t queue.Ticket) (*Person, error) {
	p, _, err := v.keptPerson(ctx, t)
	return p, err
}

// keptPerson tells apart what person doesn't: kept and nil is somebody whose
// data are there and can't be read.
func (v *view) keptPerson(ctx context.Context, t queue.Ticket) (p *Person, kept bool, err error) {
	row, err := v.Personal().Get(ctx, t.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read person: %w", err)
	}
	opened, err := v.core.sealer.openPerson(row)
	if err != nil {
		if !errors.Is(err, errKeyGone) {
			return nil, true, err
		}
		v.core.log.WarnContext(ctx, "personal data can't be read: key gone", "branch", string(row.Branch), "date", row.Date.String())
		return nil, true, nil
	}
	return &opened, true, nil
}

// openPerson opens what is known of a ticket's person. Errors: errKeyGone.
func (s *vault) openPerson(row ledger.Sealed) (p Person, err error) {
	return p, s.openValue(placeOfPerson(row), row.KeyDay, row.Body, &p)
}
