package seal

import (
	"crypto/sha256"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// maxChains is how many chains a file can hold: the one that seals and,
	// while a new one is being begun, two that only open.
	maxChains = 3
	// maxHashed bounds the keys of hashes that are kept: half a year of days.
	maxHashed = 192
	// maxMessage bounds what is hashed with a key, a label included.
	maxMessage = 2048
	hashBlock  = sha256.BlockSize
)

// value is what a chain shows on one day, or what is derived from it: 256 bits.
type value [sha256.Size]byte

// secrets is all that the keys of days follow from. It lies in a page, and
// nothing of it is ever copied out of there but by clean. It has no pointers.
type secrets struct {
	chains [maxChains]value // where the chains stand
	stored [maxChains]value // where they stand in the file, while the two are compared
	next   [maxChains]value // where they are about to stand
	walked value            // of a later day
	key    value            // derived last
	hashed [maxHashed]value // keys of hashes

	inner [hashBlock + maxMessage]byte
	outer [hashBlock + sha256.Size]byte
	text  [maxFile]byte // of the file
	again [maxFile]byte // the same, written anew
}

// page is memory of its own for secrets: outside of what Go's runtime moves,
// copies and leaves lying about; in no core dump; and, where the system allows
// it, never swapped.
type page struct {
	*secrets
	memory   []byte
	unlocked error // why it may be swapped; nil: it can't be
}

func newPage() (*page, error) {
	whole := uintptr(os.Getpagesize())
	size := (unsafe.Sizeof(secrets{}) + whole - 1) / whole * whole
	memory, err := unix.Mmap(-1, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("memory for keys: %w", err)
	}
	p := &page{secrets: (*secrets)(unsafe.Pointer(unsafe.SliceData(memory))), memory: memory}
	if err := unix.Mlock(memory); err != nil {
		p.unlocked = fmt.Errorf("lock memory of keys: %w", err)
	}
	keepOutOfDumps(memory)
	return p, nil
}

// free wipes the page and gives it back.
func (p *page) free() {
	clear(p.memory)
	unix.Munmap(p.memory) // it was mapped by newPage
}

// scrub wipes what a derivation left in the page.
func (s *secrets) scrub() {
	clear(s.stored[:])
	clear(s.next[:])
	clear(s.walked[:])
	clear(s.key[:])
	clear(s.inner[:])
	clear(s.outer[:])
	clear(s.text[:])
	clear(s.again[:])
}
