package staff

import (
	"slices"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
)

// hallCall is a call as it hangs on the wall of the hall.
type hallCall struct {
	Number, Room, At string
	Over             bool // its person has come, or isn't waited for any longer
}

// hallCalls is how many calls reception sees.
const hallCalls = 5

// hall lists what the screens of a branch show, the newest call first: whoever asks at
// the front desk "was I called?" gets an answer.
func (s *Pages) hall(c *gin.Context, v *View, branch *catalogue.Branch) ([]hallCall, error) {
	board, err := s.app.Wall(c.Request.Context(), branch.ID)
	if err != nil {
		return nil, err
	}
	var calls []hallCall
	for _, call := range slices.Backward(board.Calls) {
		calls = append(calls, hallCall{call.Number.String(), call.Label, v.Time(call.At.In(board.Now.Location())), call.Cleared})
		if len(calls) == hallCalls {
			break
		}
	}
	return calls, nil
}
