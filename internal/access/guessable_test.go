package access

import "testing"

func TestPasswordsThatAreTriedFirstAreRefused(t *testing.T) {
	names := []string{"anna.muster", "Große Kreisstadt Grimma", "Grimma am Markt", "Bürgerbüro"}
	for password, want := range map[string]bool{
		"1234567890": true, "qwertzuiop": true, "Passwort123": true, "Passwort1234!": true, "Sommer2026!": true, "november2026": true,
		"Willkommen1!": true, "Frühling2027": true, "Rathaus2026!": true, "Stadtverwaltung1": true, "fussballfussball": true,
		"ichliebedich": true, "hunter2hunter2": true, "testpassword": true, "changeme123": true, "aaaaaaaaaaaaaaaaaaaaaa": true,
		// The account's and the town's names, however they are put together.
		"anna.muster1": true, "MusterAnna2026": true, "Grimma2026": true, "grimma-grimma": true, "Buergerbuero Grimma": true,
		"Bürgerbüro-Grimma-26": true, "Kreisstadt!Grimma!": true,
		"Grimma-Rathaus": true, "Stadt Grimma 1": true, "anna im Rathaus 26": true, "Anna!Sommer!26": true,
		// One common word with digits and marks around it.
		"sommer2026!!": true, "aufruf-aufruf": true, "!!1Verwaltung1!!": true,

		"drei kleine Wörter": false, "ganz lang und geheim": false, "correct horse battery": false, "Müllabfuhr Leipzig": false,
		"xK4!pq9Zt2": false, "Hund Katze Maus": false, "Grimma hat keine U-Bahn": false, "test-passwort-123": false,
	} {
		if got := guessable(password, names); got != want {
			t.Errorf("%s: got guessable %t, want %t", password, got, want)
		}
	}
}
