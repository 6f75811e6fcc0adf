package office

import "testing"

// TestTheFirstPageSaysWhatItLeavesOut, also where that is one branch.
func TestTheFirstPageSaysWhatItLeavesOut(t *testing.T) {
	for _, more := range []int{0, 1, 2} {
		v := &overviewView{view: german(t)}
		v.Now = make([]branchLine, branchesShown+more)
		v.Now[len(v.Now)-1].notable = true
		v.shorten()
		if len(v.Now) != branchesShown || (v.Rest != "") != (more > 0) {
			t.Errorf("%d more: got %d branches and %q", more, len(v.Now), v.Rest)
		}
		if more > 0 && !v.Now[0].notable {
			t.Errorf("%d more: the branch that needs a look isn't first", more)
		}
	}
}
