package queue_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
)

var update = flag.Bool("update", false, "write the diagram of docs/queue-states.md anew")

const (
	statesDoc    = "../../docs/queue-states.md"
	diagramBegin = "```mermaid\n"
	diagramEnd   = "```\n"
)

// diagram draws the table of transitions.
func diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	b.WriteString("    [*] --> booked: appointment\n")
	b.WriteString("    [*] --> waiting: walk-in\n")
	for _, row := range queue.Transitions() {
		b.WriteString("    " + string(row.From) + " --> " + string(row.To) + ": " + string(row.Action))
		if row.When != queue.NoOutcome {
			b.WriteString(" (when " + string(row.When) + ")")
		}
		if row.Ends != queue.NoOutcome {
			b.WriteString(" (" + string(row.Ends) + ")")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestDiagramDrawsTheTable(t *testing.T) {
	doc, err := os.ReadFile(statesDoc)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), diagramBegin)
	drawn, after, closed := strings.Cut(rest, diagramEnd)
	if !ok || !closed {
		t.Fatalf("%s has no mermaid diagram", statesDoc)
	}
	if *update {
		written := before + diagramBegin + diagram() + diagramEnd + after
		if err := os.WriteFile(statesDoc, []byte(written), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(diagram(), drawn); diff != "" {
		t.Errorf("%s is behind; go test ./internal/queue -update (-want +got):\n%s", statesDoc, diff)
	}
}

func TestDocumentationNamesEveryRefusal(t *testing.T) {
	doc, err := os.ReadFile(statesDoc)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range queue.States() {
		for _, a := range queue.Actions() {
			if _, err := inState(s).Apply(a, step()); err != nil && !strings.Contains(string(doc), "`"+problem.Of(err).Key+"`") {
				t.Errorf("%s in %s: %s doesn't name %s", a, s, statesDoc, problem.Of(err).Key)
			}
		}
	}
}

// TestRefusals writes every refusal out: a dot is a step that the table allows.
func TestRefusals(t *testing.T) {
	actions := queue.Actions()
	for _, tc := range []struct {
		state queue.State
		want  string // of check_in, call, recall, start, finish, assume, no_show, park, unpark, transfer, send_on, cancel, enter_served, enter_no_show, enter_cancelled, undo
	}{
		{queue.Booked, ". . not_called not_called not_called not_called not_called not_here_yet not_parked . not_called . . . . nothing_to_undo"},
		{queue.Waiting, "already_here . not_called not_called not_called not_called not_called . not_parked . not_called . . . . nothing_to_undo"},
		{queue.Called, "already_here already_called . . . . . . not_parked . . already_called . . already_called nothing_to_undo"},
		{queue.Serving, "already_here already_called already_started already_started . . already_started . not_parked . . already_called . already_started already_called nothing_to_undo"},
		{queue.Parked, "already_here . not_called not_called not_called not_called . already_parked . . not_called . . . . nothing_to_undo"},
		{queue.Done, "done done done done done done done done done done done done done done done nothing_to_undo"},
		{queue.NoShow, ". no_show no_show no_show no_show no_show no_show no_show no_show no_show no_show no_show . no_show . nothing_to_undo"},
		{queue.Cancelled, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled nothing_to_undo"},
	} {
		want := strings.Fields(tc.want)
		for i, a := range actions {
			got := "."
			if _, err := inState(tc.state).Apply(a, step()); err != nil {
				got = strings.TrimPrefix(problem.Of(err).Key, "ticket.")
			}
			if got != want[i] {
				t.Errorf("%s in %s: got %s, want %s", a, tc.state, got, want[i])
			}
		}
	}
}

func TestTableHasNoTwoWaysForOneStep(t *testing.T) {
	type pair struct {
		from queue.State
		when queue.Outcome
		a    queue.Action
	}
	seen := map[pair]bool{}
	for _, row := range queue.Transitions() {
		p := pair{row.From, row.When, row.Action}
		if seen[p] {
			t.Errorf("%s in %s stands twice", row.Action, row.From)
		}
		seen[p] = true
		if (row.To == queue.Done) != (row.Ends != queue.NoOutcome) {
			t.Errorf("%s in %s: to %s with outcome %q", row.Action, row.From, row.To, row.Ends)
		}
	}
}

func TestTransitionsCantBeChanged(t *testing.T) {
	queue.Transitions()[0].To = queue.Cancelled
	if got, want := queue.Transitions()[0].To, queue.Waiting; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
