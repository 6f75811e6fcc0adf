package announce

import "testing"

func TestAWordsFileHasLettersAlone(t *testing.T) {
	for word, want := range map[string]string{"büro": "buero", "straße": "strasse", "a{z}`3-é": "az", "": ""} {
		if got := slug(word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
