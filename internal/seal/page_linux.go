package seal

import "golang.org/x/sys/unix"

// keepOutOfDumps is a best effort: a server keeps the whole process out of
// them as well.
func keepOutOfDumps(memory []byte) { unix.Madvise(memory, unix.MADV_DONTDUMP) }
