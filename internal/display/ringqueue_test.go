package display

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/town"
)

func TestWhatIsCurtailedLearnsItWhileItSounds(t *testing.T) {
	q := newRingQueue()
	q.put(Call{Seq: 1})
	q.put(Call{Seq: 2})
	var got []bool
	for q.next(t.Context(), func(_ context.Context, c Call) {
		q.curtail(1)
		got = append(got, c.Enough())
	}) {
	}
	if diff := cmp.Diff([]bool{true, false}, got); diff != "" {
		t.Errorf("its first language is enough (-want +got):\n%s", diff)
	}
}

func TestWhatIsHushedIsNotHeard(t *testing.T) {
	q := newRingQueue()
	for seq := range town.Seq(4) {
		q.put(Call{Seq: seq + 1})
	}
	q.hush(2)
	type heard struct {
		Seq     town.Seq
		Stopped bool
	}
	var got []heard
	for q.next(t.Context(), func(ctx context.Context, c Call) {
		q.hush(3) // while the first sounds it waits, and then it is the one that sounds
		got = append(got, heard{c.Seq, ctx.Err() != nil})
	}) {
	}
	if diff := cmp.Diff([]heard{{1, false}, {4, false}}, got); diff != "" {
		t.Errorf("hushed before it sounds (-want +got):\n%s", diff)
	}
	q.put(Call{Seq: 5})
	q.put(Call{Seq: 6})
	got = nil
	for q.next(t.Context(), func(ctx context.Context, c Call) {
		q.hush(5)
		got = append(got, heard{c.Seq, ctx.Err() != nil})
	}) {
	}
	if diff := cmp.Diff([]heard{{5, true}, {6, false}}, got); diff != "" {
		t.Errorf("hushed while it sounds (-want +got):\n%s", diff)
	}
}
