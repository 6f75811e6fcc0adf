package booking

import "aufruf/internal/town"

// Counters returns how many counters are open on a date at most; 0 where none
// is.
func (p *Plan) Counters(date town.Date) int {
	most := 0
	for i := range p.Opening {
		if p.Opening[i].Pattern.Matches(date) {
			most = max(most, p.Opening[i].Capacity.Counters)
		}
	}
	return most
}
