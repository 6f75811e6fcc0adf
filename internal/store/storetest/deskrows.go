package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func eventRoundTrip(t *testing.T, s ledger.Store) {
	call := ledger.Event{
		At: at, Kind: ledger.EventCall, Ticket: "t1", Number: 417, Office: "buergerbuero", Room: "platz-1", Label: "Platz 1",
		Again: true, Call: 5, Screens: 2, Pickup: true, Dates: []town.Date{day, day.AddDays(1)},
	}
	bare := ledger.Event{At: at.Add(time.Minute), Kind: ledger.EventQueue}
	late := ledger.Event{At: at.Add(time.Hour), Kind: ledger.EventClear, Number: 100}
	var got, more []ledger.Event
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
		got, err = tx.Events().Append(ctx, markt, call, bare)
		if err != nil {
			return err
		}
		more, err = tx.Events().Append(ctx, markt, late)
		return err
	})
	call.Branch, call.Seq = markt, 1
	bare.Branch, bare.Seq = markt, 2
	late.Branch, late.Seq = markt, 3
	equal(t, "numbered", append(got, more...), []ledger.Event{call, bare, late})
	after := func(seq town.Seq, limit int) []ledger.Event {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
			return tx.Events().After(ctx, markt, seq, limit)
		})
	}
	equal(t, "all", after(0, 10), []ledger.Event{call, bare, late})
	equal(t, "after 1", after(1, 1), []ledger.Event{bare})
	equal(t, "after the last", after(3, 10), []ledger.Event(nil))
	equal(t, "calls", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
		return tx.Events().Calls(ctx, markt, at)
	}), []ledger.Event{call, late})
	equal(t, "later calls", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Event, error) {
		return tx.Events().Calls(ctx, markt, at.Add(time.Microsecond))
	}), []ledger.Event{late})
	last := func(branch town.BranchID) func(context.Context, ledger.Tx) (town.Seq, error) {
		return func(ctx context.Context, tx ledger.Tx) (town.Seq, error) { return tx.Events().Last(ctx, branch) }
	}
	equal(t, "last", view(t, s, last(markt)), 3)
	equal(t, "last of a quiet branch", view(t, s, last(nerchau)), 0)
	missing(t, s, "last of no branch", last("nowhere"))
	refused(t, s, "append to no branch", ledger.ErrNotFound, []town.BranchID{"nowhere"}, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Events().Append(ctx, "nowhere", bare)
		return err
	})
	err := s.Update(t.Context(), []town.BranchID{nerchau}, func(tx ledger.Tx) error {
		_, err := tx.Events().Append(t.Context(), markt, bare)
		return err
	})
	if err == nil {
		t.Error("append without holding the branch: got no error")
	}

	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Events().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "kept", after(0, 10), []ledger.Event{bare, late})
	addBranch(t, s, markt)
	equal(t, "last after all this", view(t, s, last(markt)), 3)
}

func deliveryRoundTrip(t *testing.T, s ledger.Store) {
	shown := 12
	first := ledger.Delivery{Branch: markt, Call: 1, Device: "d2", Shown: &shown, At: at}
	put := func(reports ...ledger.Delivery) {
		t.Helper()
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
			for _, report := range reports {
				if err := tx.Deliveries().Put(ctx, report); err != nil {
					return err
				}
			}
			return nil
		})
	}
	of := func(call town.Seq) []ledger.Delivery {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Delivery, error) {
			return tx.Deliveries().Of(ctx, markt, call)
		})
	}
	other := ledger.Delivery{Branch: markt, Call: 1, Device: "d1", Sound: "blocked", At: at}
	put(first, other, ledger.Delivery{Branch: markt, Call: 2, Device: "d1", At: at.Add(time.Hour)})
	equal(t, "as reported", of(1), []ledger.Delivery{other, first})
	again := 99
	put(ledger.Delivery{Branch: markt, Call: 1, Device: "d2", Shown: &again, Sound: "played", At: at.Add(time.Second)},
		ledger.Delivery{Branch: markt, Call: 1, Device: "d1", Shown: &again, Sound: "played", At: at.Add(time.Second)})
	first.Sound, other.Shown = "played", &again
	equal(t, "merged", of(1), []ledger.Delivery{other, first})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Deliveries().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", []int{len(of(1)), len(of(2))}, []int{0, 1})
}

func fullUser() ledger.User {
	return ledger.User{
		ID: "meier", Role: ledger.RoleReception, Branches: []town.BranchID{nerchau, markt}, Offices: []town.OfficeID{"buergerbuero"},
		Password: "$argon2id$", Subject: "https://id.example sub", Disabled: true, Created: at, Changed: at.Add(time.Hour),
	}
}

func userRoundTrip(t *testing.T, s ledger.Store) {
	full := fullUser()
	bare := ledger.User{ID: "adler", Role: ledger.RoleAdmin, Created: at, Changed: at}
	second := ledger.User{ID: "zander", Role: ledger.RoleClerk, Created: at, Changed: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, full), tx.People().Insert(ctx, bare), tx.People().Insert(ctx, second))
	})
	byID := func(id town.UserID) func(context.Context, ledger.Tx) (ledger.User, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, id) }
	}
	bySubject := func(subject string) func(context.Context, ledger.Tx) (ledger.User, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.User, error) {
			return tx.People().BySubject(ctx, subject)
		}
	}
	equal(t, "full", view(t, s, byID("meier")), full)
	equal(t, "bare", view(t, s, byID("adler")), bare)
	equal(t, "by subject", view(t, s, bySubject(full.Subject)), full)
	missing(t, s, "nobody", byID("nobody"))
	missing(t, s, "no subject", bySubject(""))
	refused(t, s, "same name", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, bare) })
	namesake := bare
	namesake.ID = "Adler"
	refused(t, s, "same name in another case", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, namesake) })
	stolen := bare
	stolen.ID, stolen.Subject = "dieb", full.Subject
	refused(t, s, "same subject", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, stolen) })
	equal(t, "all", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.User, error) { return tx.People().All(ctx) }),
		[]ledger.User{bare, full, second})
}

// userColumns changes one thing after the other, of which each leaves the rest
// as it is.
func userColumns(t *testing.T, s ledger.Store) {
	want, other := fullUser(), ledger.User{ID: "adler", Role: ledger.RoleAdmin, Created: at, Changed: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, want), tx.People().Insert(ctx, other))
	})
	for i, c := range []struct {
		name   string
		change func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error
		alter  func()
	}{
		{"password", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetPassword(ctx, id, "$new$", at)
		}, func() { want.Password = "$new$" }},
		{"rights", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetRights(ctx, id, ledger.RoleManager, []town.BranchID{markt}, at)
		}, func() { want.Role, want.Branches = ledger.RoleManager, []town.BranchID{markt} }},
		{"rights everywhere", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetRights(ctx, id, ledger.RoleClerk, nil, at)
		}, func() { want.Role, want.Branches = ledger.RoleClerk, nil }},
		{"offices", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetOffices(ctx, id, []town.OfficeID{"pass"}, at)
		}, func() { want.Offices = []town.OfficeID{"pass"} }},
		{"offices everywhere", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.SetOffices(ctx, id, nil, at)
		}, func() { want.Offices = nil }},
		{"enable", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.Enable(ctx, id, at)
		}, func() { want.Disabled = false }},
		{"disable", func(ctx context.Context, people ledger.People, id town.UserID, at time.Time) error {
			return people.Disable(ctx, id, at)
		}, func() { want.Disabled = true }},
	} {
		want.Changed = at.Add(time.Duration(i+2) * time.Hour)
		c.alter()
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.People(), want.ID, want.Changed)
		})
		equal(t, c.name, view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, want.ID) }), want)
		refused(t, s, c.name+" of nobody", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.People(), "nobody", at)
		})
	}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.People().Hold(ctx, want.ID)
		equal(t, "held", held, want)
		return err
	})
	refused(t, s, "hold nobody", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.People().Hold(ctx, "nobody")
		return err
	})
	equal(t, "the other", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, other.ID) }), other)
}

func sessionRoundTrip(t *testing.T, s ledger.Store) {
	user := fullUser()
	first := ledger.Session{Hash: []byte{1}, User: user.ID, Created: at, Acted: at, Expires: at.Add(time.Hour)}
	second := ledger.Session{Hash: []byte{2}, User: user.ID, Created: at, Acted: at, Expires: at.Add(2 * time.Hour)}
	third := ledger.Session{Hash: []byte{3}, User: user.ID, Created: at, Acted: at, Expires: at.Add(3 * time.Hour)}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		if err := tx.People().Insert(ctx, user); err != nil {
			return err
		}
		return errors.Join(tx.People().InsertSession(ctx, first), tx.People().InsertSession(ctx, second), tx.People().InsertSession(ctx, third))
	})
	find := func(hash []byte) func(context.Context, ledger.Tx) (ledger.Session, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Session, error) {
			session, owner, err := tx.People().SessionUser(ctx, hash)
			if err == nil {
				equal(t, "owner", owner, user)
			}
			return session, err
		}
	}
	equal(t, "first", view(t, s, find(first.Hash)), first)
	refused(t, s, "same token", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().InsertSession(ctx, first) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		acted := tx.People().Acted(ctx, first.Hash, at.Add(time.Minute))
		earlier := tx.People().Acted(ctx, first.Hash, at.Add(time.Second))
		return errors.Join(acted, earlier, tx.People().Acted(ctx, []byte{9}, at))
	})
	first.Acted = at.Add(time.Minute)
	equal(t, "acted", view(t, s, find(first.Hash)), first)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.People().SweepSessions(ctx, at.Add(90*time.Minute))
		return errors.Join(err, tx.People().DeleteSession(ctx, second.Hash))
	})
	refused(t, s, "end none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.People().DeleteSession(ctx, []byte{9})
	})
	missing(t, s, "swept", find(first.Hash))
	missing(t, s, "signed out", find(second.Hash))
	equal(t, "third", view(t, s, find(third.Hash)), third)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().DeleteSessionsOf(ctx, user.ID) })
	missing(t, s, "signed out everywhere", find(third.Hash))
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().InsertSession(ctx, first), tx.People().InsertSession(ctx, second), tx.People().DeleteSessions(ctx))
	})
	missing(t, s, "all gone, the first", find(first.Hash))
	missing(t, s, "all gone, the second", find(second.Hash))
}

func browserRoundTrip(t *testing.T, s ledger.Store) {
	user, other := fullUser(), fullUser()
	other.ID, other.Subject = "other", ""
	mark := []byte{1}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().Insert(ctx, user), tx.People().Insert(ctx, other), tx.People().KnowBrowser(ctx, mark, user.ID, at))
	})
	knows := func(hash []byte, id town.UserID, since time.Time) bool {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (bool, error) {
			return tx.People().KnowsBrowser(ctx, hash, id, since)
		})
	}
	equal(t, "known to", []bool{knows(mark, user.ID, at), knows(mark, "", at), knows(mark, other.ID, at), knows([]byte{2}, user.ID, at), knows([]byte{2}, "", at)},
		[]bool{true, true, false, false, false})
	equal(t, "known since", knows(mark, user.ID, at.Add(time.Second)), false)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.People().KnowBrowser(ctx, mark, other.ID, at), tx.People().KnowBrowser(ctx, mark, user.ID, at.Add(time.Hour)))
	})
	equal(t, "seen again", knows(mark, user.ID, at.Add(time.Hour)), true)
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.People().SweepBrowsers(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", swept, 1)
	equal(t, "left", []bool{knows(mark, user.ID, at), knows(mark, other.ID, at)}, []bool{true, false})
}

func attemptRoundTrip(t *testing.T, s ledger.Store) {
	key, other := []byte{1}, []byte{2}
	of := func(key []byte) ledger.Attempt {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Attempt, error) { return tx.Attempts().Of(ctx, key) })
	}
	equal(t, "none", of(key), ledger.Attempt{})
	want := ledger.Attempt{Tries: 3, Last: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.Attempts().Hold(ctx, key)
		equal(t, "held, none", held.Tries, 0)
		return errors.Join(err, tx.Attempts().Set(ctx, key, want))
	})
	equal(t, "set", of(key), want)
	equal(t, "of another", of(other), ledger.Attempt{})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		held, err := tx.Attempts().Hold(ctx, key)
		equal(t, "held", held, want)
		_, otherErr := tx.Attempts().Hold(ctx, other)
		return errors.Join(err, otherErr, tx.Attempts().Set(ctx, other, ledger.Attempt{Tries: 1, Last: at.Add(time.Hour)}))
	})
	refused(t, s, "not held", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Attempts().Set(ctx, []byte{9}, want)
	})
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.Attempts().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	equal(t, "swept", swept, 1)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Attempts().Forget(ctx, other), tx.Attempts().Forget(ctx, []byte{9}))
	})
	equal(t, "forgotten", of(other), ledger.Attempt{})
}

func deviceRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Device{
		ID: "d1", Name: "Wartebereich", Kind: ledger.DeviceDisplay, Branch: markt, Offices: []town.OfficeID{"standesamt", "buergerbuero"},
		Hash: []byte{1}, Created: at, Seen: at.Add(time.Second), Shown: at.Add(time.Minute), Sound: "played", Program: "1.2.3",
	}
	bare := ledger.Device{ID: "d2", Name: "Automat", Kind: ledger.DeviceKiosk, Branch: nerchau, Hash: []byte{2}, Created: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Devices().Insert(ctx, full), tx.Devices().Insert(ctx, bare))
	})
	byID := func(id town.DeviceID) func(context.Context, ledger.Tx) (ledger.Device, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) { return tx.Devices().ByID(ctx, id) }
	}
	equal(t, "by id", view(t, s, byID("d1")), full)
	equal(t, "by name", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) {
		return tx.Devices().ByName(ctx, "Automat")
	}), bare)
	equal(t, "by hash", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) {
		return tx.Devices().ByHash(ctx, []byte{2})
	}), bare)
	missing(t, s, "no device", byID("d9"))
	twin := bare
	twin.ID, twin.Hash = "d3", []byte{3}
	refused(t, s, "same name", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	twin.Name = "AUTOMAT"
	refused(t, s, "same name in another case", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	twin.Name, twin.Hash = "Zwilling", bare.Hash
	refused(t, s, "same token", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	for i, c := range []struct {
		name   string
		change func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error
		alter  func(at time.Time)
	}{
		{"revoke", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, _ time.Time) error {
			return devices.Revoke(ctx, id)
		}, func(time.Time) { full.Revoked = true }},
		{"saw", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Saw(ctx, id, at, "blocked", "1.2.4")
		}, func(at time.Time) { full.Seen, full.Sound, full.Program = at, "blocked", "1.2.4" }},
		{"saw and heard nothing", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Saw(ctx, id, at, "", "")
		}, func(at time.Time) { full.Seen = at }},
		{"showed", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Showed(ctx, id, at)
		}, func(at time.Time) { full.Shown = at }},
	} {
		later := at.Add(time.Duration(i+1) * time.Hour)
		c.alter(later)
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return c.change(ctx, tx.Devices(), full.ID, later) })
		equal(t, c.name, view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Device, error) { return tx.Devices().All(ctx) }),
			[]ledger.Device{bare, full})
		refused(t, s, c.name+" none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.Devices(), "d9", at)
		})
	}
}

func requestRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Request{Scope: "command meier", Key: []byte{1, 2}, Digest: []byte{3}, Answer: []byte{4}, At: at}
	bare := ledger.Request{Scope: "command adler", Key: []byte{1, 2}, Digest: []byte{5}, At: at.Add(time.Hour)}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Requests().Put(ctx, full), tx.Requests().Put(ctx, bare))
	})
	get := func(r ledger.Request) func(context.Context, ledger.Tx) (ledger.Request, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Request, error) {
			return tx.Requests().Get(ctx, r.Scope, r.Key)
		}
	}
	equal(t, "full", view(t, s, get(full)), full)
	equal(t, "bare", view(t, s, get(bare)), bare)
	missing(t, s, "unknown key", get(ledger.Request{Scope: full.Scope, Key: []byte{9}}))
	refused(t, s, "same key", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Requests().Put(ctx, full) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Requests().Move(ctx, bare.At, bare.At, 24*time.Hour)
	})
	bare.At = bare.At.Add(24 * time.Hour)
	equal(t, "moved", view(t, s, get(bare)), bare)
	equal(t, "not moved", view(t, s, get(full)), full)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		_, err := tx.Requests().DeleteBefore(ctx, at.Add(time.Minute))
		return err
	})
	missing(t, s, "swept", get(full))
	equal(t, "kept", view(t, s, get(bare)), bare)
}

func mailRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Mail{
		ID: "m1", Ticket: "t1", Branch: markt, Date: day, KeyDay: day.AddDays(-1), Kind: "confirmation", Revision: 2, Due: at, Since: at.Add(-2 * time.Hour), State: "queued",
		Attempts: 1, Tries: 1, Reason: "451", Body: []byte{1},
	}
	bare := ledger.Mail{ID: "m2", Branch: markt, Date: day.AddDays(-1), Kind: "offer", Due: at.Add(-time.Hour), Since: at.Add(-time.Hour), State: "queued"}
	reminder := ledger.Mail{ID: "m3", Ticket: "t1", Branch: markt, Date: day, Kind: "reminder", Due: at.Add(time.Hour), Since: at.Add(time.Hour), State: "queued"}
	list := func(read func(context.Context, ledger.Mails) ([]ledger.Mail, error)) []ledger.Mail {
		t.Helper()
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Mail, error) { return read(ctx, tx.Mails()) })
	}
	waitingSince := func() time.Time {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (time.Time, error) { return tx.Mails().WaitingSince(ctx) })
	}
	waiting := func(branch town.BranchID, from, to town.Date, since time.Time) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.Waiting(ctx, branch, from, to, since)
		})
	}
	due := func(limit int) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.Due(ctx, at, limit) })
	}
	equal(t, "none waits", waitingSince(), time.Time{})
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Put(ctx, full), tx.Mails().Put(ctx, bare), tx.Mails().Put(ctx, reminder))
	})
	refused(t, s, "same cause", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, full) })
	equal(t, "due", due(10), []ledger.Mail{bare, full})
	equal(t, "first due", due(1), []ledger.Mail{bare})
	equal(t, "waits longest", waitingSince(), full.Since)
	equal(t, "waiting", waiting(markt, day, day, at.Add(time.Hour)), []ledger.Mail{full, reminder})
	equal(t, "waiting for so long", waiting(markt, day, day, at), []ledger.Mail{full})
	equal(t, "waiting for other days", waiting(markt, day.AddDays(1), day.AddDays(9), at), nil)
	equal(t, "waiting elsewhere", waiting(nerchau, day, day, at), nil)

	byKeyDay := func(from, to town.Date, after string) []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.ByKeyDay(ctx, markt, from, to, after, 10)
		})
	}
	equal(t, "earlier keys, of what has a body", byKeyDay(0, day.AddDays(-1), ""), []ledger.Mail{full})
	equal(t, "no earlier key", byKeyDay(0, day.AddDays(-2), ""), nil)
	equal(t, "after the last", byKeyDay(0, day, full.ID), nil)
	taken := full
	full.KeyDay, full.Body = day, []byte{2}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Reseal(ctx, full), tx.Mails().Reseal(ctx, ledger.Mail{ID: bare.ID, KeyDay: day, Body: []byte{9}}))
	})
	// Who took it before knows the old body, and must not bring it back.
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Update(ctx, taken) })
	equal(t, "sealed anew", due(10), []ledger.Mail{bare, full})

	bare.State, bare.Attempts = "sending", 1
	full.State, full.Reason, full.Body, full.Due, full.Since, full.Tries = "refused", "550", nil, at.Add(time.Minute), at, 2
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Claim(ctx, bare), tx.Mails().Update(ctx, full))
	})
	refused(t, s, "claim again", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Claim(ctx, bare) })
	equal(t, "sending", list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.Sending(ctx) }), []ledger.Mail{bare})
	unsettled := func() []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) {
			return mails.Refused(ctx, markt, day, at)
		})
	}
	byID := func(id string) func(ctx context.Context, tx ledger.Tx) (ledger.Mail, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Mail, error) { return tx.Mails().ByID(ctx, id) }
	}
	equal(t, "refused", unsettled(), []ledger.Mail{full})
	full.Settled = at.Add(2 * time.Minute)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Settle(ctx, full.ID, full.Settled), tx.Mails().Settle(ctx, full.ID, at.Add(time.Hour)),
			tx.Mails().Settle(ctx, bare.ID, at), tx.Mails().Settle(ctx, "m9", at))
	})
	equal(t, "settled", unsettled(), nil)
	equal(t, "settled once", view(t, s, byID(full.ID)), full)
	equal(t, "only what was refused", view(t, s, byID(bare.ID)), bare)
	missing(t, s, "unknown", byID("m9"))
	equal(t, "waits longest, being sent", waitingSince(), bare.Since)
	refused(t, s, "update none", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Mails().Update(ctx, ledger.Mail{ID: "m9", State: "sent", Due: at})
	})
	refused(t, s, "update by who took it before", ledger.ErrStale, nil, func(ctx context.Context, tx ledger.Tx) error {
		return tx.Mails().Update(ctx, ledger.Mail{ID: bare.ID, State: "queued", Due: at, Since: at})
	})
	sent := ledger.Mail{ID: "m7", Ticket: "t9", Branch: markt, Date: day.AddDays(1), Kind: "reminder", Due: at, State: "sent"}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, sent) })
	for name, change := range map[string]func(context.Context, ledger.Tx) error{
		"update what is sent": func(ctx context.Context, tx ledger.Tx) error {
			return tx.Mails().Update(ctx, ledger.Mail{ID: sent.ID, State: "queued", Due: at})
		},
		"take what is sent": func(ctx context.Context, tx ledger.Tx) error {
			return tx.Mails().Claim(ctx, ledger.Mail{ID: sent.ID, State: "queued", Due: at, Attempts: 1})
		},
	} {
		refused(t, s, name, ledger.ErrStale, nil, change)
	}
	equal(t, "sent", view(t, s, byID(sent.ID)), sent)
	mailReturns(t, s, sent, byID(sent.ID))

	ofTicket := func() []ledger.Mail {
		return list(func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.OfTicket(ctx, "t1") })
	}
	drop := func(kind string) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Drop(ctx, "t1", kind) })
	}
	drop("confirmation")
	equal(t, "nothing of that kind queued", ofTicket(), []ledger.Mail{full, reminder})
	drop("")
	equal(t, "dropped", ofTicket(), []ledger.Mail{full})
	earlier := bare.ID
	bare.ID, bare.KeyDay, bare.Body = "m4.wish", day, []byte{9}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Rename(ctx, earlier, bare) })
	aboutWishes := func(ctx context.Context, mails ledger.Mails) ([]ledger.Mail, error) { return mails.AboutWishes(ctx) }
	equal(t, "about wishes, renamed", list(aboutWishes), []ledger.Mail{bare})
	refused(t, s, "rename none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Rename(ctx, earlier, bare) })
	other := bare
	other.ID = "m44.wish"
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Put(ctx, other) })
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().DropAbout(ctx, "m44") })
	equal(t, "dropped about a wish", list(aboutWishes), []ledger.Mail{bare})
	deleted := func(branch town.BranchID) (n int) {
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
			n, err = tx.Mails().DeleteBefore(ctx, branch, day)
			return err
		})
		return n
	}
	equal(t, "deleted elsewhere", deleted(nerchau), 0)
	equal(t, "deleted", deleted(markt), 1)
}

// mailReturns sends, takes back and sends again.
func mailReturns(t *testing.T, s ledger.Store, sent ledger.Mail, read func(context.Context, ledger.Tx) (ledger.Mail, error)) {
	t.Helper()
	back := sent
	back.State, back.Reason = "refused", "returned: 5.1.1"
	giveBack := func(ctx context.Context, tx ledger.Tx) error { return tx.Mails().Return(ctx, sent.ID, back.Reason) }
	update(t, s, nil, giveBack)
	equal(t, "came back", view(t, s, read), back)
	refused(t, s, "comes back again", ledger.ErrNotFound, nil, giveBack)
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Mails().Sent(ctx, sent.ID), tx.Mails().Sent(ctx, sent.ID), tx.Mails().Sent(ctx, "m9"))
	})
	equal(t, "sent after all", view(t, s, read), sent)
}

func auditRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.AuditEntry{
		At: at, Branch: markt, Actor: "meier", Action: "audit.called", Ticket: "t1", Number: 417, Room: "platz-1", Detail: "waiting called",
	}
	bare := ledger.AuditEntry{At: at.Add(time.Minute), Actor: "server", Action: "audit.started"}
	same := full
	same.Action = "audit.recalled"
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Audit().Put(ctx, full), tx.Audit().Put(ctx, bare), tx.Audit().Put(ctx, same))
	})
	meant := func(f ledger.AuditFilter, limit int) []ledger.AuditEntry {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.AuditEntry, error) {
			return tx.Audit().Of(ctx, f, limit)
		})
	}
	unnumbered := func(found []ledger.AuditEntry) []ledger.AuditEntry {
		for i := range found {
			if found[i].ID == 0 {
				t.Error("entry without id")
			}
			found[i].ID = 0
		}
		return found
	}
	of := func(branch town.BranchID, from, to time.Time, limit int) []ledger.AuditEntry {
		return unnumbered(meant(ledger.AuditFilter{Branch: branch, From: from, To: to}, limit))
	}
	equal(t, "of branch", of(markt, at, at.Add(time.Hour), 10), []ledger.AuditEntry{same, full})
	equal(t, "newest", of(markt, at, at.Add(time.Hour), 1), []ledger.AuditEntry{same})
	equal(t, "of none", of("", at, at.Add(time.Hour), 10), []ledger.AuditEntry{bare})
	equal(t, "end excluded", of("", at, bare.At, 10), []ledger.AuditEntry(nil))
	whole := ledger.AuditFilter{Branch: markt, House: true, From: at, To: at.Add(time.Hour)}
	equal(t, "with the house's", unnumbered(meant(whole, 10)), []ledger.AuditEntry{bare, same, full})
	next, pages := whole, []ledger.AuditEntry(nil)
	for range 4 { // one by one, of which the last finds nothing
		for _, e := range meant(next, 1) {
			next.Before = ledger.AuditPosition{At: e.At, ID: e.ID}
			pages = append(pages, e)
		}
	}
	equal(t, "page by page", unnumbered(pages), []ledger.AuditEntry{bare, same, full})
	for name, f := range map[string]ledger.AuditFilter{
		"of a number": {Number: 417}, "of somebody": {Actor: "meier"},
	} {
		f.Branch, f.House, f.From, f.To = whole.Branch, true, whole.From, whole.To
		equal(t, name, unnumbered(meant(f, 10)), []ledger.AuditEntry{same, full})
	}
	done := whole
	done.Action = full.Action
	equal(t, "of a kind", unnumbered(meant(done, 10)), []ledger.AuditEntry{full})
	equal(t, "kinds", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.AuditKinds, error) {
		return tx.Audit().Kinds(ctx, whole)
	}),
		ledger.AuditKinds{Actors: []string{"meier", "server"}, Actions: []string{"audit.called", "audit.recalled", "audit.started"}})
	equal(t, "of a ticket", unnumbered(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.AuditEntry, error) {
		return tx.Audit().OfTicket(ctx, "t1")
	})), []ledger.AuditEntry{full, same})
	var deleted int
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		deleted, err = tx.Audit().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "deleted", deleted, 2)
}

func roomRoundTrip(t *testing.T, s ledger.Store) {
	paused := func(branch town.BranchID) []ledger.Pause {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Pause, error) { return tx.Rooms().Paused(ctx, branch) })
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(
			tx.Rooms().SetPaused(ctx, markt, "platz-2", "meier", at),
			tx.Rooms().SetPaused(ctx, markt, "platz-1", "meier", at),
			tx.Rooms().SetPaused(ctx, markt, "platz-1", "adler", at.Add(time.Hour)),
		)
	})
	equal(t, "paused", paused(markt), []ledger.Pause{{Room: "platz-1", At: at.Add(time.Hour)}, {Room: "platz-2", At: at}})
	equal(t, "elsewhere", paused(nerchau), nil)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Rooms().ClearPaused(ctx, markt, "platz-1"), tx.Rooms().ClearPaused(ctx, markt, "platz-9"))
	})
	equal(t, "resumed", paused(markt), []ledger.Pause{{Room: "platz-2", At: at}})
}

func metaRoundTrip(t *testing.T, s ledger.Store) {
	get := func(key string) func(context.Context, ledger.Tx) (string, error) {
		return func(ctx context.Context, tx ledger.Tx) (string, error) { return tx.Meta().Get(ctx, key) }
	}
	missing(t, s, "unset", get("epoch"))
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Set(ctx, "epoch", "a"), tx.Meta().Set(ctx, "epoch", "b"))
	})
	equal(t, "set", view(t, s, get("epoch")), "b")
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Add(ctx, "epoch", "c"), tx.Meta().Add(ctx, "secret", "d"))
	})
	equal(t, "there already", view(t, s, get("epoch")), "b")
	equal(t, "added", view(t, s, get("secret")), "d")
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Meta().Delete(ctx, "secret"), tx.Meta().Delete(ctx, "none"))
	})
	missing(t, s, "deleted", get("secret"))
}

func securityRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.SecurityEvent{At: at, Name: "sign_in_refused", Account: "anna", Actor: "bert", Way: "password", Detail: "wrong", Times: 3}
	bare := ledger.SecurityEvent{At: at.Add(time.Second), Name: "right_refused", Times: 1}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Security().Put(ctx, full), tx.Security().Put(ctx, bare))
	})
	last := func(limit int) []ledger.SecurityEvent {
		all := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.SecurityEvent, error) {
			return tx.Security().Last(ctx, limit)
		})
		for i := range all {
			all[i].ID = 0
		}
		return all
	}
	equal(t, "all", last(10), []ledger.SecurityEvent{bare, full})
	equal(t, "the newest", last(1), []ledger.SecurityEvent{bare})
	swept := 0
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) (err error) {
		swept, err = tx.Security().DeleteBefore(ctx, bare.At)
		return err
	})
	equal(t, "swept", swept, 1)
	equal(t, "left", last(10), []ledger.SecurityEvent{bare})
}
