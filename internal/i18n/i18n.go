// Package i18n holds every sentence that people read, in each language, and
// the wording of dates, times, amounts and counts. The catalogues are TOML
// files, one per language and surface (de/booking.toml, en/booking.toml, …);
// the key of a message is its table and name: booking.title. A value with
// {name} takes that argument; a value of one = "…", other = "…" is chosen by
// the language's plural rule and takes {count}. So that the two kinds of table
// can't be mixed up, no part of a key is called zero, one, two, few, many,
// other, id, hash or description.
//
// Plain German (de-simple) falls back to German where a surface has no plain
// catalogue; the package's tests name the surfaces that must have one. It
// decides nothing but words, and a key that doesn't exist is answered with the
// key itself: tests find it, nobody gets an error page.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"

	"aufruf/internal/town"
)

//go:embed de en de-simple
var files embed.FS

// Bundle is the catalogues of all languages. It never changes once loaded.
type Bundle struct {
	languages map[town.Language]*messages
}

// messages is one language's catalogue.
type messages struct {
	flat    map[string]string // the form for T: the only one, or "other"
	plural  map[string]bool   // messages with more than one form
	chooser *goi18n.Localizer // picks the form for N
}

// base names, for each language that ships, the tag whose plural rules hold.
var base = map[town.Language]language.Tag{
	town.German:      language.German,
	town.English:     language.English,
	town.PlainGerman: language.German,
}

// Load reads the embedded catalogues. An error names the file at fault.
func Load() (*Bundle, error) { return load(files) }

func load(source fs.FS) (*Bundle, error) {
	b := &Bundle{languages: map[town.Language]*messages{}}
	var group errgroup.Group // a program that starts waits for this
	for lang, tag := range base {
		kept := new(messages)
		b.languages[lang] = kept
		group.Go(func() error {
			read, err := readLanguage(source, lang, tag)
			if err == nil {
				*kept = *read
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return b, nil
}

// LoadOnly reads a few surfaces of one language, German for one that doesn't
// ship: for a program that is over in a moment and can't wait for all of them.
// What stands elsewhere is answered with its key.
func LoadOnly(lang town.Language, surfaces ...string) (Texts, error) {
	tag, ships := base[lang]
	if !ships {
		lang, tag = town.German, base[town.German]
	}
	names := make([]string, len(surfaces))
	for i, surface := range surfaces {
		names[i] = string(lang) + "/" + surface + ".toml"
	}
	read, err := readFiles(files, tag, names)
	return Texts{Lang: lang, own: read}, err
}

// Languages returns the languages that ship, German first.
func (b *Bundle) Languages() []town.Language {
	all := slices.Sorted(maps.Keys(b.languages))
	slices.SortStableFunc(all, func(a, c town.Language) int {
		switch town.German {
		case a:
			return -1
		case c:
			return 1
		}
		return 0
	})
	return all
}

// For returns the texts of a language, German for one that doesn't ship.
func (b *Bundle) For(lang town.Language) Texts {
	own, ok := b.languages[lang]
	if !ok {
		lang, own = town.German, b.languages[town.German]
	}
	t := Texts{Lang: lang, own: own}
	if lang == town.PlainGerman {
		t.fallback = b.languages[town.German]
	}
	return t
}

func readLanguage(source fs.FS, lang town.Language, tag language.Tag) (*messages, error) {
	names, err := fs.Glob(source, string(lang)+"/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	return readFiles(source, tag, names)
}

func readFiles(source fs.FS, tag language.Tag, names []string) (*messages, error) {
	read := &messages{flat: map[string]string{}, plural: map[string]bool{}}
	bundle := goi18n.NewBundle(tag)
	for _, name := range names {
		if err := read.add(source, bundle, tag, name); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	read.chooser = goi18n.NewLocalizer(bundle, tag.String())
	return read, nil
}

// add reads one file; a key that another file of the language has already is
// an error, because one of the two would silently win.
func (m *messages) add(source fs.FS, bundle *goi18n.Bundle, tag language.Tag, name string) error {
	raw, err := fs.ReadFile(source, name)
	if err != nil {
		return err
	}
	// go-i18n reads the language from the name of the file, and has no tag for
	// plain German.
	parsed, err := goi18n.ParseMessageFileBytes(raw, path.Base(name), map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return err
	}
	for _, message := range parsed.Messages {
		if _, twice := m.flat[message.ID]; twice {
			return fmt.Errorf("key %s is in another file already", message.ID)
		}
		m.flat[message.ID] = message.Other
		m.plural[message.ID] = message.One != ""
	}
	return bundle.AddMessages(tag, parsed.Messages...)
}
