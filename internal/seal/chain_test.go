package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is derived in a page is what the standard library derives.
func TestDerivedAsByTheStandardLibrary(t *testing.T) {
	p := newTestPage(t)
	rapid.Check(t, func(t *rapid.T) {
		copy(p.key[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		label := rapid.StringN(0, 100, maxMessage-1).Draw(t, "label")
		want, err := hkdf.Expand(sha256.New, p.key[:], label, sha256.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.expand(&p.walked, &p.key, label); err != nil || !bytes.Equal(p.walked[:], want) {
			t.Errorf("expand %q: got %x, %v; want %x", label, p.walked, err, want)
		}
		mac := hmac.New(sha256.New, p.key[:])
		mac.Write([]byte(label))
		if err := p.mac(&p.walked, &p.key, label); err != nil || !bytes.Equal(p.walked[:], mac.Sum(nil)) {
			t.Errorf("mac of %q: got %x, %v; want %x", label, p.walked, err, mac.Sum(nil))
		}
	})
	if err := p.mac(&p.walked, &p.key, strings.Repeat("x", maxMessage+1)); err == nil {
		t.Error("too long: got no error")
	}
}

// What the scheme seals must open after an upgrade too: the bytes of a key of
// the first version, once and for all.
func TestTheSchemeStaysTheSame(t *testing.T) {
	p := newTestPage(t)
	for i := range p.chains[0] {
		p.chains[0][i] = byte(i)
	}
	l := link{today, &p.chains[0]}
	if err := p.derive(l, today+30, labelKey+(today+30).String()+" "+string(branch)); err != nil {
		t.Fatal(err)
	}
	chain := p.chains[0][:]
	for range 30 {
		next, err := hkdf.Expand(sha256.New, chain, "aufruf/seal/1 next day", 32)
		if err != nil {
			t.Fatal(err)
		}
		chain = next
	}
	want, err := hkdf.Expand(sha256.New, chain, "aufruf/seal/1 key of 2026-12-31 grimma-markt", 32)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.key[:], want) {
		t.Errorf("got %x, want %x", p.key, want)
	}
}

// A cipher has no way to forget its key; if its insides change so that it can't
// be wiped any more, this says so.
func TestACipherCanBeWiped(t *testing.T) {
	p := newTestPage(t)
	copy(p.key[:], "a key that is found in its cipher")
	key, err := newDayKey(&p.key)
	if err != nil {
		t.Fatal(err)
	}
	if !wipe(key.AEAD) {
		t.Fatal("a cipher holds pointers: wiping it needs another way")
	}
	if key.NonceSize() != 0 {
		t.Error("a wiped cipher still knows what it was")
	}
	for name, other := range map[string]any{"nil": nil, "a value": 7, "a pointer to pointers": &struct{ b []byte }{}} {
		if wipe(other) {
			t.Errorf("%s: wiped", name)
		}
	}
}
