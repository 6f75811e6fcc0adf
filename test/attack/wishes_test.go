package attack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// openDay is the only day on which either branch takes appointments in these
// attacks: 72 places of ten minutes online.
const (
	openDay   = "2026-12-03"
	dayPlaces = 72
	oneDay    = `format: aufruf/1
branches:
  - id: grimma-markt
    offices: [{id: buergerbuero, max_per_email: 0, opening: [{dates: [` + openDay + `], hours: ["09:00-15:00"], capacity: {online: 2, staff: 2, counters: 2}}]}]
  - id: nerchau
    offices: [{id: buergerbuero, max_per_email: 0, opening: [{dates: [` + openDay + `], hours: ["09:00-15:00"], capacity: {online: 2, staff: 2, counters: 2}}]}]
`
)

// freePlaces counts the places of the day that a citizen can book at a branch.
func (h *target) freePlaces(branch string) int {
	h.Helper()
	got := h.ask(asked{path: "/api/v1/slots?" + url.Values{"branch": {branch}, "service": {string(service)}, "date": {openDay}}.Encode()})
	var slots struct{ Slots []struct{ Free int } }
	h.must(json.Unmarshal([]byte(got.body), &slots))
	free := 0
	for _, s := range slots.Slots {
		free += s.Free
	}
	return free
}

// onlyOneDay has the town open on one day and nothing free on it, and returns
// what gives all of it back at a branch.
func (h *target) onlyOneDay() (giveBack func(branch string)) {
	h.Helper()
	file := filepath.Join(h.TempDir(), "town.yaml")
	h.must(os.WriteFile(file, []byte(oneDay), 0o600))
	_, err := h.server.Command(h.ctx, "", "import", file)
	h.must(err)
	h.await("the new opening hours", func() bool { return h.freePlaces(string(ownBranch)) == dayPlaces })
	reception := h.staff("reception")
	booked := map[string][]string{}
	for _, branch := range []string{string(ownBranch), string(foreignBranch)} {
		start, err := time.Parse(time.RFC3339, openDay+"T09:00:00+01:00")
		h.must(err)
		for i := range dayPlaces {
			got := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", as: reception, json: map[string]any{
				"branch": branch, "services": []any{map[string]any{"id": service}}, "name": "Am Telefon",
				"start": start.Add(time.Duration(i/2) * 10 * time.Minute).Format(time.RFC3339),
			}})
			if got.status != http.StatusCreated {
				h.Fatalf("filling the day: got %d %s", got.status, got.body)
			}
			booked[branch] = append(booked[branch], got.value("ticket"))
		}
	}
	return func(branch string) {
		h.Helper()
		for _, ticket := range booked[branch] {
			if got := h.ask(asked{method: http.MethodDelete, path: "/api/v1/appointments/" + ticket, as: reception}); got.status != http.StatusNoContent {
				h.Fatalf("giving the day back: got %d %s", got.status, got.body)
			}
		}
	}
}

// await waits until something is so.
func (h *target) await(what string, so func() bool) {
	h.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-h.ctx.Done():
			h.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

func wishOf(email, from string, services ...string) asked {
	var wanted []any
	for _, id := range services {
		wanted = append(wanted, map[string]any{"id": id})
	}
	return asked{method: http.MethodPost, path: "/api/v1/wishes", from: from, json: map[string]any{
		"branches": []string{string(ownBranch)}, "services": wanted, "until": openDay, "name": "Niemand", "email": email,
	}}
}

// mailsTo returns the messages to an address, by kind, once all that was queued
// before has gone out.
func (h *target) mailsTo(email string) map[string][]string {
	h.Helper()
	h.mu.Lock()
	h.asked++
	nth := h.asked
	h.mu.Unlock()
	marker := fmt.Sprintf("last-%d@example.org", nth)
	early := wishOf(marker, stranger(0x8000+nth), string(service))
	early.json.(map[string]any)["from"], early.json.(map[string]any)["to"] = "05:00", "06:00" // never free
	last := h.ask(early)
	if last.status != http.StatusAccepted {
		h.Fatalf("the last mail: got %d %s", last.status, last.body)
	}
	found := map[string][]string{}
	h.await("the last mail", func() bool {
		clear(found)
		files, err := filepath.Glob(filepath.Join(h.server.MailDir(), "*.eml"))
		h.must(err)
		over := false
		for _, file := range files {
			raw, err := os.ReadFile(file)
			h.must(err)
			text := string(raw)
			over = over || strings.Contains(text, "To: <"+marker+">")
			if strings.Contains(text, "To: <"+email+">") {
				kind, _, _ := strings.Cut(strings.Split(filepath.Base(file), ".")[1], "-")
				found[kind] = append(found[kind], text)
			}
		}
		return over
	})
	return found
}

var confirmLink = regexp.MustCompile(`/bestaetigen/[A-Za-z0-9_-]+`)

// linkIn is the link to confirm in a mail; "" where it has none.
func linkIn(mail string) string {
	return confirmLink.FindString(strings.ReplaceAll(strings.ReplaceAll(mail, "=\r\n", ""), "=\n", ""))
}

// confirm presses the button behind the link of a mail.
func (h *target) confirm(text string) {
	h.Helper()
	link := linkIn(text)
	if link == "" {
		h.Fatalf("no link in\n%s", text)
	}
	if got := h.ask(asked{path: link}); got.status != http.StatusOK || !strings.Contains(got.body, `action="`+link+`"`) {
		h.Fatalf("the link: got %d", got.status)
	}
	if got := h.ask(asked{method: http.MethodPost, path: link, form: url.Values{}}); got.status != http.StatusSeeOther {
		h.Fatalf("the button: got %d %s", got.status, got.body)
	}
}

// Sixty wishes of one address, and forty of a /48, that nobody had confirmed held
// the day, and held it again the next day.
func TestUnconfirmedWishesTakeNothingOfTheCalendar(t *testing.T) {
	onEachEngine(t, func(h *target) {
		giveBack := h.onlyOneDay()
		one := h.crowd(60, 8, func(i int) asked { return wishOf(fmt.Sprintf("one%d@example.org", i), stranger(1), string(service)) })
		if one[http.StatusAccepted] > 10 || one[http.StatusAccepted]+one[http.StatusTooManyRequests] != 60 {
			h.Errorf("one address: %v, want ten at most", one)
		}
		network := h.crowd(50, 8, func(i int) asked {
			return wishOf(fmt.Sprintf("net%d@example.org", i), fmt.Sprintf("2001:db8:ffff:%x00::1", i), string(service))
		})
		if network[http.StatusAccepted] > 30 {
			h.Errorf("a /48: %v, want thirty at most", network)
		}
		giveBack(string(ownBranch))
		if got := h.freePlaces(string(ownBranch)); got != dayPlaces {
			h.Errorf("got %d of %d places free, want all", got, dayPlaces)
		}
	})
}

// Whoever does own so many mailboxes gets a tenth of a day, and nobody at the
// other branch waits for that.
func TestConfirmedWishesHoldATenthOfADay(t *testing.T) {
	onEachEngine(t, func(h *target) {
		giveBack := h.onlyOneDay()
		const wishes = 20
		for i := range wishes {
			if got := h.ask(wishOf(fmt.Sprintf("seller%d@example.org", i), stranger(i), string(service))); got.status != http.StatusAccepted {
				h.Fatalf("got %d %s", got.status, got.body)
			}
		}
		for i := range wishes {
			h.confirm(h.mailsTo(fmt.Sprintf("seller%d@example.org", i))["wish"][0])
		}
		honest := wishOf("honest@example.org", "203.0.113.7", string(service))
		honest.json.(map[string]any)["branches"] = []string{string(foreignBranch)}
		if got := h.ask(honest); got.status != http.StatusAccepted {
			h.Fatalf("the honest one: got %d %s", got.status, got.body)
		}
		h.confirm(h.mailsTo("honest@example.org")["wish"][0])
		giveBack(string(ownBranch))
		if held := dayPlaces - h.freePlaces(string(ownBranch)); held == 0 || held > dayPlaces/10 {
			h.Errorf("the waiting list holds %d of %d places, want some, and a tenth at most", held, dayPlaces)
		}
		giveBack(string(foreignBranch))
		if got := h.mailsTo("honest@example.org"); len(got["offer"]) != 1 {
			h.Errorf("the honest one at the other branch got %d offers, want one", len(got["offer"]))
		}
	})
}

// 36 wishes for pairs of services gave 72 mails to one victim, and as many
// bookings and moves as there are addresses to send them from.
func TestStrangersCauseFewMailsToAVictim(t *testing.T) {
	onEachEngine(t, func(h *target) {
		giveBack := h.onlyOneDay()
		spelling := func(i int) string {
			return []string{"victim@example.org", "Victim@Example.org", "victim+x@example.org"}[i%3]
		}
		branch, ok := h.services()
		if !ok {
			h.Fatal("the branch has too few services")
		}
		pairs := [][]string{}
		for i := range branch {
			for j := range i {
				pairs = append(pairs, []string{branch[i], branch[j]})
			}
		}
		for i, pair := range pairs {
			h.ask(wishOf(spelling(i), stranger(i), pair...))
		}
		mails := 0
		for i := range 3 {
			mails += len(h.mailsTo(spelling(i))["wish"])
		}
		if mails > 1 {
			h.Errorf("wishes caused %d mails, want one at most", mails)
		}
		giveBack(string(foreignBranch))
		booked, refused := []answer{}, 0
		for i := range 9 {
			got := h.ask(asked{method: http.MethodPost, path: "/api/v1/appointments", from: stranger(100 + i), json: map[string]any{
				"branch": "nerchau", "services": []any{map[string]any{"id": service}}, "name": "Niemand", "email": spelling(i),
				"start": fmt.Sprintf("%sT09:%d0:00+01:00", openDay, i/2),
			}})
			switch got.status {
			case http.StatusCreated:
				booked = append(booked, got)
			case http.StatusTooManyRequests, http.StatusConflict:
				refused++
			default:
				h.Errorf("booking: got %d %s", got.status, got.body)
			}
		}
		for i, made := range booked {
			for j := range 4 {
				h.ask(asked{method: http.MethodPatch, path: "/api/v1/appointments/" + made.value("token"), from: stranger(200 + 10*i + j), json: map[string]any{
					"start": fmt.Sprintf("%sT1%d:%d0:00+01:00", openDay, j, i),
				}})
			}
		}
		if len(booked) == 0 || refused == 0 {
			h.Errorf("got %d bookings and %d refused, want some of both", len(booked), refused)
		}
		all := map[string]int{}
		for i := range 3 {
			for kind, texts := range h.mailsTo(spelling(i)) {
				all[kind] += len(texts)
			}
		}
		if caused := all["wish"] + all["confirmation"] + all["confirm"] + all["change"] + all["existing"]; caused != 3 {
			h.Errorf("strangers caused %v, want three mails", all)
		}
	})
}

// services returns some services that one office of a branch offers.
func (h *target) services() ([]string, bool) {
	got := h.ask(asked{path: "/api/v1/branches"})
	var town struct {
		Branches []struct{ Offices []struct{ Services []string } }
	}
	h.must(json.Unmarshal([]byte(got.body), &town))
	all := town.Branches[0].Offices[0].Services
	return all[:min(9, len(all))], len(all) >= 9
}
