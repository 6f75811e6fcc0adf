package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestLicencesOfAllPartsArePrinted(t *testing.T) {
	var out bytes.Buffer
	if err := licencesOfAll(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"EUROPEAN UNION PUBLIC LICENCE", "SIL OPEN FONT LICENSE", "The Go Authors", "\ngithub.com/mattn/go-sqlite3 "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
}
