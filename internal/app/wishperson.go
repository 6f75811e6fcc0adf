package app

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// WishData is everything that is stored about the person behind a wish.
type WishData struct {
	Wish     ledger.Wish
	Name     string
	Email    string
	Phone    string
	Answers  map[town.QuestionID]string
	Language town.Language
	// Unconfirmed: nobody has proved the address yet.
	Unconfirmed bool
}

// OfPerson gathers the wishes of a mail address, as Art. 15 GDPR asks, in order
// of creation. The address stands only where a key opens it: unreadable counts
// the wishes that this key file doesn't open, of which nobody can tell whose they
// are.
func (ws *Wishes) OfPerson(ctx context.Context, email string) (found []WishData, unreadable int, err error) {
	err = ws.eachOf(ctx, email, &unreadable, func(w wishOf) {
		p := w.person
		found = append(found, WishData{Wish: w.Wish, Name: p.Name, Email: p.Email, Phone: p.Phone, Answers: p.Answers, Language: p.Language, Unconfirmed: w.unconfirmed})
	})
	return found, unreadable, err
}

// ErasePerson erases the wishes of a mail address with all mails about them, as
// Art. 17 GDPR asks, those that wait to be confirmed too; what they were offered
// goes to the next. folder may be nil. It returns how many it erased, and as of
// Wishes.OfPerson. ErrStillOnDisk where the bytes couldn't be overwritten yet.
func (ws *Wishes) ErasePerson(ctx context.Context, email string, folder MailFolder) (erased, unreadable int, err error) {
	var of []wishOf
	if err := ws.eachOf(ctx, email, &unreadable, func(w wishOf) { of = append(of, w) }); err != nil {
		return 0, unreadable, err
	}
	for _, w := range of {
		if err := ws.eraseWish(ctx, w); err != nil {
			return erased, unreadable, err
		}
		if folder != nil {
			if _, err := folder.EraseTicket(town.TicketID(w.ID)); err != nil {
				return erased, unreadable, fmt.Errorf("erase mail folder: %w", err)
			}
		}
		erased++
	}
	if erased > 0 && !ws.overwriting.now(ctx) {
		return erased, unreadable, ErrStillOnDisk
	}
	return erased, unreadable, nil
}

func (ws *Wishes) eraseWish(ctx context.Context, w wishOf) error {
	if !w.unconfirmed {
		return ws.Withdraw(ctx, w.person.Token)
	}
	return ws.write(ctx, []town.BranchID{w.Branch}, func(v *view) error {
		return errors.Join(v.Confirmations().Delete(ctx, w.ID), v.Mails().DropAbout(ctx, w.ID))
	})
}

// wishOf is a wish with the person behind it.
type wishOf struct {
	ledger.Wish
	person      wisher
	unconfirmed bool
}

// eachOf calls fn with the wishes of a mail address, and counts those of
// anybody that can't be opened.
func (ws *Wishes) eachOf(ctx context.Context, email string, unreadable *int, fn func(wishOf)) error {
	var open []ledger.Wish
	var waits []ledger.Confirmation
	err := ws.view(ctx, func(v *view) (err error) {
		if open, err = v.Wishes().Open(ctx, v.rules.FirstToday(v.now)); err != nil {
			return err
		}
		waits, err = v.Confirmations().Since(ctx, v.rules.FirstToday(v.now))
		return err
	})
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	for _, w := range open {
		person, err := ws.sealer.openWish(w)
		if err != nil {
			*unreadable++
			continue
		}
		if sameAddress(person.Email) == sameAddress(email) {
			fn(wishOf{Wish: w, person: person})
		}
	}
	for _, row := range waits {
		w, ok := ws.sealer.unconfirmedWish(row)
		switch {
		case !ok:
			*unreadable++
		case sameAddress(w.person.Email) == sameAddress(email):
			fn(w)
		}
	}
	return nil
}

// unconfirmedWish opens a wish, or a booking as one, that waits for its address;
// false where it can't be.
func (s *vault) unconfirmedWish(row ledger.Confirmation) (wishOf, bool) {
	var what awaited
	if err := s.openValue(placeOfConfirmation(row), row.KeyDay, row.Body, &what); err != nil {
		return wishOf{}, false
	}
	if r := what.Appointment; r != nil {
		what.Wish = &WishRequest{Branches: []town.BranchID{r.Branch}, Items: r.Items, Until: row.Date, Person: r.Person}
	}
	if what.Wish == nil {
		return wishOf{}, false
	}
	w := what.Wish.wish()
	w.ID, w.Branch, w.Created = row.ID, row.Branch, row.Expires.Add(-confirmTime)
	p := what.Wish.Person
	return wishOf{w, wisher{Name: p.Name, Email: p.Email, Phone: p.Phone, Answers: p.Answers, Language: what.Language, Token: what.Token}, true}, true
}
