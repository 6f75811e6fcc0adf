package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"aufruf/internal/config"
)

func TestWishesAreToldAndErasedOnRequest(t *testing.T) {
	s := newSite(t)
	server := s.serve()
	body := map[string]any{
		"branches": []string{"grimma-markt"}, "services": []map[string]any{{"id": "eid-pin"}}, "from": "05:00", "to": "06:00",
		"until": time.Now().AddDate(0, 0, 30).Format(time.DateOnly), "name": "Ada Beispiel", "email": "ada@example.org",
	}
	if got := ask(t, http.MethodPost, server.url+"/api/v1/wishes", "", body, nil); got.StatusCode != http.StatusAccepted {
		t.Fatalf("got %s", got.Status)
	}
	told := func() knownWishes {
		t.Helper()
		var all knownWishes
		if err := json.Unmarshal([]byte(s.command("", "personal-data", "--wishes-of", "Ada@example.org").ok(t)), &all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := told(); len(got.Wishes) != 1 || got.Wishes[0].Name != "Ada Beispiel" || got.Unreadable != 0 {
		t.Errorf("got %+v, want Ada's wish", got)
	}
	erased := s.command("", "erase", "--wishes-of", "ada@example.org", "--mail", "dir:"+s.path("mail"))
	if erased.code != config.ExitOK || !strings.Contains(erased.stdout, "wishes 1,") {
		t.Errorf("got %d %q %q, want one erased", erased.code, erased.stdout, erased.stderr)
	}
	if got := told(); len(got.Wishes) != 0 {
		t.Errorf("got %+v afterwards, want none", got)
	}
}
