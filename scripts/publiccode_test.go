package scripts_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// described is what publiccode.yml says, as far as its standard asks for it
// (version 0.5, https://yml.publiccode.tools). A key that isn't here is a
// mistake, or has to be looked up there first.
type described struct {
	PubliccodeYmlVersion, Name, URL, DevelopmentStatus, SoftwareType, SoftwareVersion, ReleaseDate string

	Platforms, Categories []string
	IntendedAudience      struct{ Scope, Countries []string }
	Description           map[string]struct {
		GenericName, ShortDescription, LongDescription string
		Features                                       []string
	}
	Legal       struct{ License, RepoOwner string }
	Maintenance struct {
		Type     string
		Contacts []struct{ Name, Email string }
	}
	Localisation struct {
		LocalisationReady  *bool
		AvailableLanguages []string
	}
	DependsOn struct {
		Open []struct {
			Name, VersionMin string
			Optional         bool
		}
	}
}

// TestPubliccodeIsAsItsStandardWantsIt checks what publiccode-parser-go checks
// without a network: keys, what is required, lengths in characters, and values
// out of lists, as far as we use them.
func TestPubliccodeIsAsItsStandardWantsIt(t *testing.T) {
	d := readPubliccode(t)
	for what, fine := range map[string]bool{
		"version":      d.PubliccodeYmlVersion == "0.5",
		"name":         d.Name != "",
		"platforms":    len(d.Platforms) > 0,
		"category":     slices.Equal(d.Categories, []string{"appointment-scheduling"}),
		"status":       slices.Contains([]string{"concept", "development", "beta", "stable", "obsolete"}, d.DevelopmentStatus),
		"type":         d.SoftwareType == "standalone/web",
		"scope":        slices.Equal(d.IntendedAudience.Scope, []string{"local-authorities"}),
		"licence":      d.Legal.License == "EUPL-1.2",
		"maintenance":  slices.Contains([]string{"internal", "community"}, d.Maintenance.Type) && len(d.Maintenance.Contacts) > 0 && d.Maintenance.Contacts[0].Name != "",
		"localisation": d.Localisation.LocalisationReady != nil && len(d.Localisation.AvailableLanguages) > 0,
		"descriptions": slices.Equal(slices.Sorted(maps.Keys(d.Description)), []string{"de", "en"}),
	} {
		if !fine {
			t.Errorf("%s: got %+v", what, d)
		}
	}
	if address, err := url.Parse(d.URL); err != nil || address.Scheme != "https" || address.Host == "" {
		t.Errorf("url: got %q, %v", d.URL, err)
	}
	for language, text := range d.Description {
		if got := utf8.RuneCountInString(text.GenericName); got > 35 {
			t.Errorf("%s: genericName has %d characters of 35", language, got)
		}
		if got := utf8.RuneCountInString(text.ShortDescription); got == 0 || got > 150 {
			t.Errorf("%s: shortDescription has %d characters of 150", language, got)
		}
		if got := utf8.RuneCountInString(text.LongDescription); got < 150 || got > 10000 {
			t.Errorf("%s: longDescription has %d characters, want 150 to 10000", language, got)
		}
		if len(text.Features) == 0 {
			t.Errorf("%s: no features", language)
		}
	}
}

func readPubliccode(t *testing.T) described {
	t.Helper()
	var keys map[string]any
	if err := yaml.Unmarshal([]byte(contents(t, "../publiccode.yml")), &keys); err != nil {
		t.Fatal(err)
	}
	// The standard's keys are in camel case; the decoder's are not.
	lowered, err := yaml.Marshal(lower(keys))
	if err != nil {
		t.Fatal(err)
	}
	var d described
	decoder := yaml.NewDecoder(strings.NewReader(string(lowered)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

func lower(value any) any {
	switch value := value.(type) {
	case map[string]any:
		lowered := map[string]any{}
		for key, inner := range value {
			lowered[strings.ToLower(key)] = lower(inner)
		}
		return lowered
	case []any:
		lowered := make([]any, len(value))
		for i := range value {
			lowered[i] = lower(value[i])
		}
		return lowered
	}
	return value
}
