package app

import (
	"context"
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
	Language town.Language
}

// WishesOf gathers the wishes of a mail address, as Art. 15 GDPR asks, in order
// of creation. The address stands only where a key opens it: unreadable counts
// the wishes that this key file doesn't open, of which nobody can tell whose they
// are.
func (a *App) WishesOf(ctx context.Context, email string) (found []WishData, unreadable int, err error) {
	err = a.eachWishOf(ctx, email, &unreadable, func(w ledger.Wish, p wisher) {
		found = append(found, WishData{Wish: w, Name: p.Name, Email: p.Email, Phone: p.Phone, Language: p.Language})
	})
	return found, unreadable, err
}

// EraseWishes erases the wishes of a mail address with all mails about them, as
// Art. 17 GDPR asks; what they were offered goes to the next. folder may be nil.
// It returns how many it erased, and as of WishesOf. ErrStillOnDisk where the
// bytes couldn't be overwritten yet.
func (a *App) EraseWishes(ctx context.Context, email string, folder MailFolder) (erased, unreadable int, err error) {
	var tokens []string
	var ids []town.TicketID
	err = a.eachWishOf(ctx, email, &unreadable, func(w ledger.Wish, p wisher) {
		tokens, ids = append(tokens, p.Token), append(ids, town.TicketID(w.ID))
	})
	if err != nil {
		return 0, unreadable, err
	}
	for i, token := range tokens {
		if err := a.WithdrawWish(ctx, token); err != nil {
			return erased, unreadable, err
		}
		if folder != nil {
			if _, err := folder.EraseTicket(ids[i]); err != nil {
				return erased, unreadable, fmt.Errorf("erase mail folder: %w", err)
			}
		}
		erased++
	}
	if erased > 0 && !a.overwriting.now(ctx) {
		return erased, unreadable, ErrStillOnDisk
	}
	return erased, unreadable, nil
}

func (a *App) eachWishOf(ctx context.Context, email string, unreadable *int, fn func(ledger.Wish, wisher)) error {
	var open []ledger.Wish
	err := a.view(ctx, func(v *view) (err error) {
		open, err = v.Wishes().Open(ctx, v.rules.FirstToday(v.now))
		return err
	})
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	for _, w := range open {
		person, err := a.sealer.openWish(w)
		if err != nil {
			*unreadable++
			continue
		}
		if sameAddress(person.Email) == sameAddress(email) {
			fn(w, person)
		}
	}
	return nil
}
