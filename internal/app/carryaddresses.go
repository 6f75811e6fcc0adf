package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// metaAddresses tells that nothing is stored any more of what earlier programs
// made of mail addresses with the database's own secret.
const (
	metaAddresses  = "addresses"
	addressesChain = "chain"
)

// earlierWishID is the length of a wish's id that was made of its address. Drawn
// ids are longer.
const earlierWishID = 16

// carryAddresses replaces what an earlier program made of mail addresses with
// the database's secret, which every copy of the database holds: the hashes
// beside persons by ones with the chain's keys, the ids of wishes and of the mails
// about them by drawn ones; where holds came from goes. It is one transaction, so that a kill leaves all or
// nothing, and nothing to do the second time. What this key file doesn't open is
// left as it is, and tried again at the next start: it may be the wrong one.
func (ks *Keys) carryAddresses(ctx context.Context) error {
	over := false
	err := ks.view(ctx, func(v *view) (err error) {
		over, err = v.addressesCarried(ctx)
		return err
	})
	if err != nil || over {
		return err
	}
	var c carrying
	err = ks.write(ctx, ks.plans.Now().EveryBranch(), func(v *view) error {
		c = carrying{core: ks.core, tx: v, today: plan.Earliest(v.rules.Days(v.at.Surely())), ids: map[string]string{}}
		if over, err := v.addressesCarried(ctx); err != nil || over {
			return err // another node was faster
		}
		for _, carry := range []func(context.Context) error{c.persons, c.wishes, c.mails} {
			if err := carry(ctx); err != nil {
				return err
			}
		}
		if err := v.Holds().DropOrigins(ctx); err != nil {
			return fmt.Errorf("leave out where holds came from: %w", err)
		}
		if c.left > 0 {
			return nil
		}
		return v.Meta().Set(ctx, metaAddresses, addressesChain)
	})
	if errors.Is(err, ledger.ErrLooking) {
		return nil // a server does it
	}
	if err != nil {
		return err
	}
	if c.left > 0 {
		ks.log.WarnContext(ctx, "some of what an earlier program made of mail addresses stays: this key file doesn't open it", "rows", c.left)
	}
	if c.carried > 0 {
		ks.log.InfoContext(ctx, "what an earlier program made of mail addresses is replaced", "rows", c.carried)
		ks.overwriting.now(ctx)
	}
	return nil
}

func (v *view) addressesCarried(ctx context.Context) (bool, error) {
	value, err := v.Meta().Get(ctx, metaAddresses)
	if errors.Is(err, ledger.ErrNotFound) {
		return false, nil
	}
	return value == addressesChain, err
}

// carrying is carryAddresses under way.
type carrying struct {
	core  *core
	tx    *view
	today town.Date // of days before it everything is about to be erased

	ids     map[string]string // drawn for a wish's earlier id
	carried int               // rows
	left    int               // rows that can't be opened
}

func (c *carrying) persons(ctx context.Context) error {
	rows, err := c.tx.Personal().WithEmail(ctx, c.today)
	if err != nil {
		return fmt.Errorf("read persons: %w", err)
	}
	for _, row := range rows {
		p, err := c.core.sealer.openPerson(row)
		if err != nil {
			c.left++
			continue
		}
		if row, err = c.tx.sealPerson(ctx, row, p); err != nil {
			return err
		}
		if err := c.tx.Personal().Put(ctx, row); err != nil {
			return fmt.Errorf("store person: %w", err)
		}
		c.carried++
	}
	return nil
}

func (c *carrying) wishes(ctx context.Context) error {
	open, err := c.tx.Wishes().Open(ctx, c.today)
	if err != nil {
		return fmt.Errorf("read wishes: %w", err)
	}
	for _, w := range open {
		if len(w.ID) != earlierWishID {
			continue
		}
		plain, err := c.core.sealer.open(placeOfWish(w), w.KeyDay, w.Body)
		if err != nil {
			c.left++
			continue
		}
		if err := c.tx.Wishes().Delete(ctx, w.ID); err != nil {
			return fmt.Errorf("delete wish: %w", err)
		}
		if w.ID, err = c.drawn(w.ID); err != nil {
			return err
		}
		if w.Body, w.KeyDay, err = c.tx.seal(ctx, placeOfWish(w), plain); err != nil {
			return fmt.Errorf("seal wish: %w", err)
		}
		if err := c.tx.Wishes().Put(ctx, w); err != nil {
			return fmt.Errorf("store wish: %w", err)
		}
		c.carried++
	}
	return nil
}

// mails gives the mails about wishes ids that begin with their wish's new one.
func (c *carrying) mails(ctx context.Context) error {
	all, err := c.tx.Mails().AboutWishes(ctx)
	if err != nil {
		return fmt.Errorf("read mails: %w", err)
	}
	for _, m := range all {
		wish, cause, _ := strings.Cut(m.ID, ".")
		if len(wish) != earlierWishID || m.Date < c.today {
			continue
		}
		earlier := m.ID
		drawn, err := c.drawn(wish)
		if err != nil {
			return err
		}
		m.ID = drawn + "." + cause
		if m.Body != nil {
			if m, err = c.letter(ctx, m, earlier, drawn); err != nil {
				c.left++
				continue
			}
		}
		if err := c.tx.Mails().Rename(ctx, earlier, m); err != nil {
			return fmt.Errorf("store mail: %w", err)
		}
		c.carried++
	}
	return nil
}

// letter seals a mail's body for its new id.
func (c *carrying) letter(ctx context.Context, m ledger.Mail, earlier, wish string) (_ ledger.Mail, err error) {
	was := m
	was.ID = earlier
	var l wishLetter
	if err := c.core.sealer.openValue(placeOfMail(was), m.KeyDay, m.Body, &l); err != nil {
		return m, err
	}
	l.Wish = town.TicketID(wish)
	m.Body, m.KeyDay, err = c.tx.sealValue(ctx, placeOfMail(m), l)
	return m, err
}

// drawn returns the id in place of a wish's earlier one.
func (c *carrying) drawn(earlier string) (string, error) {
	if id, ok := c.ids[earlier]; ok {
		return id, nil
	}
	id, err := c.core.secrets.ID()
	c.ids[earlier] = id
	return id, err
}
