package seal

import (
	"crypto/rand"
	"path/filepath"
	"testing"
)

// What a booking costs: its person is sealed once, and its address hashed once
// for each day that is compared.
func BenchmarkKeys(b *testing.B) {
	k, err := Create(filepath.Join(b.TempDir(), "key"), today, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("seal", func(b *testing.B) {
		for i := range b.N {
			if _, err := k.Seal(branch, today.AddDays(i%60), ticket, person); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hash", func(b *testing.B) {
		for i := range b.N {
			if _, err := k.Hash(today.AddDays(i%60), "email", "erika@example.org"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hash of half a year", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Hashes(today, today+180, "email", "erika@example.org"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("derive", func(b *testing.B) {
		for b.Loop() {
			k.mu.Lock()
			k.forget()
			k.mu.Unlock()
			if _, err := k.Seal(branch, today+60, ticket, person); err != nil {
				b.Fatal(err)
			}
		}
	})
}
