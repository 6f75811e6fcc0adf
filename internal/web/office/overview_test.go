package office

import "testing"

// TestTheFirstPageSaysWhatItLeavesOut, also where that is one.
func TestTheFirstPageSaysWhatItLeavesOut(t *testing.T) {
	for _, more := range []int{0, 1, 2} {
		v := &overviewView{view: german(t)}
		v.Now, v.Ahead = make([]branchLine, branchesShown+more), make([]officeAhead, officesShown+more)
		v.Now[len(v.Now)-1].notable, v.Now[len(v.Now)-1].longest = true, 7
		v.Ahead[len(v.Ahead)-1].pressing = 7
		v.shorten()
		if len(v.Now) != branchesShown || len(v.Ahead) != officesShown {
			t.Errorf("%d more: got %d branches and %d offices", more, len(v.Now), len(v.Ahead))
		}
		if (v.Rest != "") != (more > 0) || (v.More != "") != (more > 0) {
			t.Errorf("%d more: got %q and %q", more, v.Rest, v.More)
		}
		if more > 0 && (!v.Now[0].notable || v.Ahead[0].pressing == 0) {
			t.Errorf("%d more: what needs a look isn't first", more)
		}
	}
}
