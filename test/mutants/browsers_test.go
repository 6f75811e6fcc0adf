package main

import (
	"testing"
)

// TestThoseWhoDriveABrowserAreLeftOutAndNotTheirNeighbours: plain requests to the
// pages stand in the same files, and none of them was asked.
func TestThoseWhoDriveABrowserAreLeftOutAndNotTheirNeighbours(t *testing.T) {
	driving, err := drivers("../..", "internal/web")
	if err != nil {
		t.Fatal(err)
	}
	for test, want := range map[string]bool{
		"TestTheBrowserRemembersThePlace": false, "TestTheOfficeIsAccessible": true, "TestOnlyManagersSeeTheOffice": false,
		"TestADeskWorksByKeyboardAlone": true,
	} {
		if driving[test] != want {
			t.Errorf("%s: drives a browser: %t, want %t", test, driving[test], want)
		}
	}
}
