package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"aufruf/internal/town"
)

// plain names the surfaces that citizens read: these exist in plain German.
var plain = []string{"words.toml", "problem.toml", "booking.toml", "mail.toml"}

func TestEachSurfaceHasTheSameKeysInEachLanguage(t *testing.T) {
	for _, surface := range surfaces(t, "de") {
		want := read(t, "de/"+surface)
		got := read(t, "en/"+surface)
		sameKeys(t, "en/"+surface, got, want)
		if !slices.Contains(plain, surface) && !exists("de-simple/"+surface) {
			continue
		}
		sameKeys(t, "de-simple/"+surface, read(t, "de-simple/"+surface), want)
	}
}

func TestNoLanguageHasASurfaceOfItsOwn(t *testing.T) {
	german := surfaces(t, "de")
	for _, lang := range []string{"en", "de-simple"} {
		for _, surface := range surfaces(t, lang) {
			if !slices.Contains(german, surface) {
				t.Errorf("%s/%s has no German catalogue", lang, surface)
			}
		}
	}
}

func TestNoValueIsEmptyAndPluralsAreComplete(t *testing.T) {
	for _, lang := range []string{"de", "en", "de-simple"} {
		for _, surface := range surfaces(t, lang) {
			for key, m := range read(t, lang+"/"+surface) {
				if strings.TrimSpace(m.Other) == "" {
					t.Errorf("%s/%s: %s is empty", lang, surface, key)
				}
				if m.Zero+m.Two+m.Few+m.Many != "" {
					t.Errorf("%s/%s: %s has plural forms that the language doesn't know", lang, surface, key)
				}
				if m.One != "" && !strings.Contains(m.Other, "{count}") {
					t.Errorf("%s/%s: %s: the form for several doesn't say how many", lang, surface, key)
				}
			}
		}
	}
}

func TestSentencesTakeTheSameArgumentsInEachLanguage(t *testing.T) {
	placeholder := regexp.MustCompile(`\{[a-z_]+\}`)
	used := func(m *goi18n.Message) []string {
		return slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(m.Other, -1))))
	}
	for _, surface := range surfaces(t, "de") {
		if surface == "words.toml" {
			continue // patterns of dates differ by design
		}
		german := read(t, "de/"+surface)
		for _, lang := range []string{"en", "de-simple"} {
			if !exists(lang + "/" + surface) {
				continue
			}
			for key, m := range read(t, lang+"/"+surface) {
				if german[key] == nil {
					continue
				}
				if diff := cmp.Diff(used(german[key]), used(m)); diff != "" {
					t.Errorf("%s/%s: %s takes other arguments (-de +%s):\n%s", lang, surface, key, lang, diff)
				}
			}
		}
	}
}

// The two ways in which source names a key: in templates and in Go.
var (
	inTemplate = regexp.MustCompile(`\.(T|N) "([a-z0-9_.-]+)"`)
	inGo       = regexp.MustCompile(`\b(T|N|say|t|Usage|Failure|Because|Phrase)\((?:[a-z]+, )?"([a-z0-9_-]+(?:\.[a-z0-9_-]*)+)"`)
	problems   = regexp.MustCompile(`problem\.(?:New\(problem\.\w+, |Field\("[^"]*", )"([a-z0-9_.]+)"`)
)

func TestEveryKeyInUseExists(t *testing.T) {
	german := mustLoad(t).For(town.German)
	eachSource(t, func(path, text string) {
		pattern := inGo
		if strings.HasSuffix(path, ".html") || strings.HasSuffix(path, ".tmpl") {
			pattern = inTemplate
		}
		for _, found := range pattern.FindAllStringSubmatch(text, -1) {
			key := found[2]
			if !german.Has(key) && !german.begins(key) {
				t.Errorf("%s uses %q, which no catalogue has", path, key)
			}
			if found[1] == "N" && !german.own.plural[key] {
				t.Errorf("%s counts with %q, which has no plural", path, key)
			}
		}
	})
}

// begins reports whether the key is the beginning of keys that are completed
// while running, like "booking.own.state_" + state.
func (t Texts) begins(key string) bool {
	if !strings.HasSuffix(key, "_") && !strings.HasSuffix(key, ".") {
		return false
	}
	for known := range t.own.flat {
		if strings.HasPrefix(known, key) {
			return true
		}
	}
	return false
}

func TestEveryProblemHasASentence(t *testing.T) {
	german := mustLoad(t).For(town.German)
	eachSource(t, func(path, text string) {
		for _, found := range problems.FindAllStringSubmatch(text, -1) {
			if !german.Has("problem." + found[1]) {
				t.Errorf("%s: problem %q has no sentence in problem.toml", path, found[1])
			}
		}
	})
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	source := fstest.MapFS{
		"de/a.toml": {Data: []byte("[x]\ntitle = \"A\"")},
		"de/b.toml": {Data: []byte("[x]\ntitle = \"B\"")},
	}
	_, err := load(source)
	if err == nil || !strings.Contains(err.Error(), "x.title") {
		t.Errorf("got error %v, want one that names x.title", err)
	}
}

func mustLoad(t *testing.T) *Bundle {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatalf("load catalogues: %v", err)
	}
	return b
}

func surfaces(t *testing.T, lang string) []string {
	t.Helper()
	entries, err := fs.ReadDir(files, lang)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func exists(name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

func read(t *testing.T, name string) map[string]*goi18n.Message {
	t.Helper()
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		t.Errorf("catalogue is missing: %v", err)
		return nil
	}
	parsed, err := goi18n.ParseMessageFileBytes(raw, filepath.Base(name), map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	all := map[string]*goi18n.Message{}
	for _, m := range parsed.Messages {
		all[m.ID] = m
	}
	return all
}

func sameKeys(t *testing.T, name string, got, want map[string]*goi18n.Message) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("%s: keys differ from German (-want +got):\n%s", name, diff)
	}
}

// eachSource hands out the Go files (without tests) and templates of the module.
func eachSource(t *testing.T, see func(path, text string)) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, dir := range []string{"internal", "cmd", "web"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || entry.IsDir() {
				return err
			}
			ext := filepath.Ext(path)
			if ext != ".html" && ext != ".tmpl" && ext != ".go" || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			see(path, string(raw))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
