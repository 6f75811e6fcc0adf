package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
)

const trailPath = "/staff/verwaltung/protokoll?branch=grimma-markt"

var (
	olderLink   = regexp.MustCompile(`<a href="([^"]*)">Ältere Einträge`)
	trailNumber = regexp.MustCompile(`<td>([0-9]{3})</td>`)
)

// linked returns an address out of a page.
func linked(page string, link *regexp.Regexp) string {
	found := link.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return strings.ReplaceAll(found[1], "&amp;", "&")
}

// Only 500 entries of a day were shown, and nothing said that there were others.
func TestTheTrailShowsEveryEntryOfADayPageByPage(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	const issued = 450
	newest := ""
	for range issued {
		newest = o.walkIn().Number.String()
	}
	seen, pages := map[string]bool{}, 0
	for address := trailPath + "&was=ticket"; address != "" && pages < 10; pages++ {
		body := o.get(address).Body.String()
		numbers := trailNumber.FindAllStringSubmatch(body, -1)
		if pages == 0 && (len(numbers) == 0 || numbers[0][1] != newest) {
			t.Errorf("the first page doesn't begin with the newest entry, of %s", newest)
		}
		for _, number := range numbers {
			if seen[number[1]] {
				t.Errorf("%s stands on two pages", number[1])
			}
			seen[number[1]] = true
		}
		address = linked(body, olderLink)
	}
	if len(seen) != issued || pages != 3 {
		t.Errorf("got %d entries on %d pages, want %d on 3", len(seen), pages, issued)
	}
}

func TestTheTrailIsFilteredAndTellsANumbersHistory(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	number, other := o.walkIn().Number.String(), o.walkIn().Number.String()
	clerk := o.actor("lena", ledger.RoleClerk)
	if _, err := o.Do(t.Context(), clerk, markt, deskwork.Command{ID: "a", Type: deskwork.CallNext, Room: "platz-1"}); err != nil {
		t.Fatal(err)
	}
	own := o.get(trailPath + "&nummer=" + number)
	wantText(t, own, "<td>"+number+"</td>", "aufgerufen", "Alles zur Nummer "+number)
	wantNoText(t, own, "<td>"+other+"</td>")
	wantNoText(t, o.get(trailPath+"&wer=lena"), "<td>"+other+"</td>", "<td>Nummer gezogen</td>")
	wantNoText(t, o.get(trailPath+"&was=call_next&wer=niemand"), "<td>")
	wantStatus(t, o.get(trailPath+"&nummer=4711"), http.StatusUnprocessableEntity)
	wantStatus(t, o.get(trailPath+"&vor=gestern"), http.StatusBadRequest)
	file := o.get("/staff/verwaltung/protokoll/nummer?" + url.Values{"branch": {"grimma-markt"}, "tag": {firstTuesday.String()}, "nummer": {number}}.Encode())
	wantStatus(t, file, http.StatusOK)
	if got := file.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("got %q", got)
	}
	if lines := strings.Count(file.Body.String(), "\r\n"); lines != 3 {
		t.Errorf("got %d lines, want the head, the number and its call:\n%s", lines, file.Body)
	}
	wantText(t, file, "2026-12-01T", ",lena,", ","+number+",")
	wantStatus(t, o.get("/staff/verwaltung/protokoll/nummer?branch=grimma-markt&tag=2026-12-01&nummer=1"), http.StatusNotFound)
}

// A link that somebody else made says nothing: what a page calls done was done.
func TestNoLinkSaysThatSomethingWasDone(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	number := o.walkIn().Number.String()
	for _, address := range []string{
		front + "?abgesagt=" + number, front + "?da=" + number, deskOne + "?getan=call&nummer=" + number, closing + "?abgesagt=7",
		"/staff/verwaltung/konten?geaendert=eva", "/staff/verwaltung/geraete?gekoppelt=Halle",
		"/staff/grimma-markt/anrufen?erledigt=" + number, "/staff/grimma-markt/liste/nachtrag?zurueck=" + number,
	} {
		if got := o.get(address); got.Code != http.StatusOK || strings.Contains(got.Body.String(), `class="news"`) {
			t.Errorf("%s says that something was done", address)
		}
	}
	here := o.post(front+"/anmelden", "number", number)
	wantText(t, o.get(here.Header().Get("Location")), "Nummer "+number+" ist da.")
	wantNoText(t, o.get(front+"?abgesagt="+number), "Nummer "+number)
}
