package live

import (
	"sync"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Frame is what one write carries to many connections: an encoded message, or
// several of one update, for each of thousands of connections costs a write.
type Frame struct {
	Seq      town.Seq // of the last message; 0 for those that are state
	Messages [][]byte // in order; none: a nudge
	// Shows is of a queue: the position that it shows. One read before another
	// may be set after it, and is not to be sent behind it.
	Shows town.Seq
	// Queue is the queue that the frame shows; nil for any other.
	Queue *wire.Queue

	once     sync.Once
	prepared any

	mu      sync.Mutex
	changes map[*wire.Queue][]byte // encoded, by the queue that they change
}

// Since returns the encoded message of what became of an older queue, made once for
// all who show that one.
func (f *Frame) Since(old *wire.Queue) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if raw, ok := f.changes[old]; ok {
		return raw, nil
	}
	raw, err := wire.Encode(f.Queue.Since(*old))
	if err != nil {
		return nil, err
	}
	if f.changes == nil {
		f.changes = map[*wire.Queue][]byte{}
	}
	f.changes[old] = raw
	return raw, nil
}

func frameOf(seq town.Seq, raw []byte) *Frame {
	return &Frame{Seq: seq, Messages: [][]byte{raw}}
}

// add puts a later message of the same update behind the others.
func (f *Frame) add(seq town.Seq, raw []byte) {
	f.Seq = seq
	f.Messages = append(f.Messages, raw)
}

// Prepared returns what a transport made of the messages, made once for all
// connections.
func (f *Frame) Prepared(prepare func(messages [][]byte) any) any {
	f.once.Do(func() { f.prepared = prepare(f.Messages) })
	return f.prepared
}
