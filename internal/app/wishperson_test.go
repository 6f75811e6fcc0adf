package app_test

import (
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/store/storetest"
)

func TestTheWishesOfAnAddressAreFoundAndErased(t *testing.T) {
	for _, of := range archives(t) {
		t.Run(of.name, func(t *testing.T) {
			h, _, err := openArchive(t, of, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			h.wish(erika.wish())
			h.wish(bodo.wish())
			found, unreadable, err := h.Wishes.OfPerson(h.ctx(), "erika@beispiel.EXAMPLE")
			if err != nil || unreadable != 0 || len(found) != 1 || found[0].Name != erika.name || found[0].Phone != erika.phone {
				t.Fatalf("got %+v, %d, %v; want Erika's", found, unreadable, err)
			}
			if n, _, err := h.Wishes.ErasePerson(h.ctx(), erika.email, nil); n != 1 || err != nil {
				t.Fatalf("got %d, %v; want one erased", n, err)
			}
			if found, _, err := h.Wishes.OfPerson(h.ctx(), erika.email); len(found) != 0 || err != nil {
				t.Errorf("got %+v, %v; want none", found, err)
			}
			stored := storetest.Everything(t, of.driver, of.source)
			if wishes, mails := len(stored["wishes"]), len(stored["mails"]); wishes != 1 || mails != 1 {
				t.Errorf("got %d wishes and %d mails, want the other's alone", wishes, mails)
			}
			if err := h.store.Close(); err != nil {
				t.Fatal(err)
			}
			if h, _, err = openArchive(t, of, t.TempDir(), nil); err != nil {
				t.Fatal(err)
			}
			n, unreadable, err := h.Wishes.ErasePerson(h.ctx(), bodo.email, nil)
			if n != 0 || unreadable != 1 || err != nil {
				t.Errorf("with another key file: got %d, %d, %v; want it said that one can't be read", n, unreadable, err)
			}
		})
	}
}

func TestAnErasedWishGivesItsOfferToTheNext(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "")
	tokens := h.fill(day)
	h.wish(wishFor(day, "first@example.org"))
	h.wish(wishFor(day, "second@example.org"))
	h.cancel(tokens[at(t, day, "09:20").Unix()][0])
	var folder app.MailFolder
	if n, _, err := h.Wishes.ErasePerson(h.ctx(), "first@example.org", folder); n != 1 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	if got := h.letters(); len(got["offer second@example.org"]) != 1 || len(got["offer first@example.org"]) != 0 {
		t.Errorf("got %v, want the offer to the second", lettersByKind(got))
	}
}
