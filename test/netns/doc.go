// Package netns tries the screen against a network that swallows packets
// without a word, as a switch that hangs or a cable behind a second switch
// does: the screen program runs in a network namespace of its own, joined to
// the server's by a pair of virtual devices. Its tests need root, so they stand
// behind the build tag netns: `make netns`, and `make test` where it is run by
// root.
package netns
