package main

import "strings"

// suites are, for each package that decides, the packages whose tests may
// notice: its own, then its nearest callers.
var suites = []struct{ pkg, callers string }{
	{"internal/booking", "internal/app"},
	{"internal/queue", "internal/app"},
	{"internal/announce", "internal/app"},
	{"internal/deskwork", "internal/wire internal/web internal/app"},
	{"internal/catalogue", "internal/app"},
	{"internal/access", "internal/app internal/api internal/web"},
	{"internal/repeat", "internal/app internal/api"},
	{"internal/app", "internal/api internal/live internal/web"},
	{"internal/live", "internal/api"},
	{"internal/hub", "internal/live"},
	{"internal/seal", "internal/app"},
	{"internal/wire", "internal/api internal/client"},
	{"internal/api", ""},
	{"internal/web/page", "internal/web"},
	{"internal/web/booking", "internal/web"},
	{"internal/web/staff", "internal/web"},
	{"internal/web/office", "internal/web"},
	{"internal/web/device", "internal/web"},
	{"internal/store", "internal/store/sqlite internal/app"},
}

// deciding returns the folders to put faults into: those that are named, or
// all.
func deciding(only string) []string {
	if only != "" {
		return strings.Split(only, ",")
	}
	folders := make([]string, len(suites))
	for i, s := range suites {
		folders[i] = s.pkg
	}
	return folders
}

// suitesOf returns the folders whose tests are run, in order.
func suitesOf(pkg string) []string {
	for _, s := range suites {
		if s.pkg == pkg {
			return append([]string{pkg}, strings.Fields(s.callers)...)
		}
	}
	return []string{pkg}
}
