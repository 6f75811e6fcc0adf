package client

import (
	"math/rand/v2"
	"time"
)

// timing bounds how long a connection may be silent and how soon a lost one is
// tried again. The values serve two promises: a dead line is noticed within
// 15 seconds, and a server that is back has its screens back in two, without
// all of them knocking at once.
type timing struct {
	connect   time.Duration // to reach the server; shorter than two SYNs
	handshake time.Duration // from there to the open websocket
	write     time.Duration // one frame
	ping      time.Duration // between pings
	silence   time.Duration // without pong or message: dead
	first     time.Duration // the first try comes at random up to this
	retry     time.Duration // later ones at random from half of this to this
}

var standard = timing{
	connect:   1200 * time.Millisecond,
	handshake: 5 * time.Second,
	write:     5 * time.Second,
	ping:      4 * time.Second,
	silence:   11 * time.Second,
	first:     300 * time.Millisecond,
	retry:     700 * time.Millisecond,
}

// delay returns how long to wait before a try, 1 being the first after a loss.
// It doesn't grow: a refused connection costs nothing, and a long outage must
// not make the way back longer.
func (t timing) delay(try int) time.Duration {
	if try <= 1 {
		return rand.N(t.first)
	}
	return t.retry/2 + rand.N(t.retry/2)
}
