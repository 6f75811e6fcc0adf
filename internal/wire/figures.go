package wire

// Spread tells how lengths lie, in seconds; null where it isn't told: below five
// lengths.
type Spread struct {
	Mean   *int `json:"mean"`
	P10    *int `json:"p10"`
	Median *int `json:"median"`
	P90    *int `json:"p90"`
}

// Figure is what is counted under one key. Small numbers are perturbed.
type Figure struct {
	Key             string `json:"key"`
	Visits          int    `json:"visits"`
	Appointments    int    `json:"appointments"`
	WalkIns         int    `json:"walk_ins"`
	Served          int    `json:"served"`
	Assumed         int    `json:"assumed"`
	NoShows         int    `json:"no_shows"`
	Cancelled       int    `json:"cancelled"`
	Refused         *int   `json:"refused"` // null: isn't recorded
	BookedMinutes   int    `json:"booked_minutes"`
	CapacityMinutes *int   `json:"capacity_minutes"` // null where it can't be told apart
	Waiting         Spread `json:"waiting_s"`
	Way             Spread `json:"way_s"`
	Serving         Spread `json:"serving_s"`
	Aside           Spread `json:"aside_s"`
	LateOffice      Spread `json:"late_office_s"`
}

// Figures answers GET /figures, by key.
type Figures struct {
	Figures List[Figure] `json:"figures"`
}
