package client

import (
	"bytes"
	"slices"
	"sync"
)

// outbox holds frames until the connection's writer takes them.
type outbox struct {
	mu     sync.Mutex
	frames [][]byte
	wake   chan struct{} // capacity 1: there may be frames
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// put adds a frame behind the others; beyond limit frames the oldest goes.
func (o *outbox) put(frame []byte, limit int) {
	o.mu.Lock()
	o.frames = append(o.frames, frame)
	if len(o.frames) > limit {
		o.frames = o.frames[len(o.frames)-limit:]
	}
	o.mu.Unlock()
	o.ring()
}

// putBack adds a frame in front of the others.
func (o *outbox) putBack(frame []byte) {
	o.mu.Lock()
	o.frames = append([][]byte{frame}, o.frames...)
	o.mu.Unlock()
	o.ring()
}

// putBackOnce adds a frame in front of the others, unless it still waits.
func (o *outbox) putBackOnce(frame []byte) {
	o.mu.Lock()
	waits := slices.ContainsFunc(o.frames, func(f []byte) bool { return bytes.Equal(f, frame) })
	o.mu.Unlock()
	if !waits {
		o.putBack(frame)
	}
}

// replace sets all frames.
func (o *outbox) replace(frames [][]byte) {
	o.mu.Lock()
	o.frames = frames
	o.mu.Unlock()
	o.ring()
}

// take returns the first frame.
func (o *outbox) take() ([]byte, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.frames) == 0 {
		return nil, false
	}
	frame := o.frames[0]
	o.frames = o.frames[1:]
	return frame, true
}

func (o *outbox) ring() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
