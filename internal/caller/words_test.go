package caller_test

import (
	"strings"
	"testing"

	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// A clerk who changes from the browser to the terminal finds the same keys, with the
// same words for what they do, and the same groups in the list.
func TestTheTerminalSaysWhatTheBrowsersDeskSays(t *testing.T) {
	all, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []town.Language{town.German, town.English} {
		texts := all.For(language)
		for key, action := range map[string]string{
			"n": "next", "s": "start", "f": "finish", "r": "recall", "x": "no-show", "p": "park", "t": "transfer", "w": "send-on", "c": "call",
			"z": "undo", "b": "pause", "alarm": "alarm", "k": "come", "h": "calm", "o": "o",
		} {
			browser, _, _ := strings.Cut(texts.T("staff.keys."+key), ":")
			if got := texts.T("caller.help." + action); !strings.HasPrefix(got, browser) {
				t.Errorf("%s, %s: got %q, want %q as in the browser", language, key, got, browser)
			}
		}
	}
}
