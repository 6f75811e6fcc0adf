package wire

import "aufruf/internal/town"

// Today is what a hall reads while nobody is called: when its offices are open,
// about how long one waits, and who is next. It is state, not an event: it has no
// seq, and the newest counts. It names nobody.
type Today struct {
	Offices List[OfficeToday] `json:"offices"`
	// Next are the numbers that come next, in call order, where the town wants them
	// shown.
	Next List[town.Number] `json:"next"`
}

// OfficeToday is an office that calls people by the screen, on this day.
type OfficeToday struct {
	ID    town.OfficeID `json:"id"`
	Name  string        `json:"name"`
	Hours List[string]  `json:"hours"` // like "08:00-12:00"; none: closed today
	// Waiting is how many wait now, and Wait about how long one waits who comes now
	// without an appointment; nil: it can't be said, or nobody is taken.
	Waiting int      `json:"waiting"`
	Wait    *Minutes `json:"wait_minutes,omitempty"`
}

func (Today) messageType() string { return "today" }

// Slide is what an idle screen shows for some seconds: a text, or a still picture
// with the words for those who can't see it.
type Slide struct {
	Text    string `json:"text,omitempty"`
	Second  string `json:"second,omitempty"`  // the text in the second language
	Picture string `json:"picture,omitempty"` // an address, or a data: one
}

// SecondLanguage is what stands beside the first language.
type SecondLanguage struct {
	Language string `json:"language"`
	Notice   string `json:"notice,omitempty"`
}

// OfficeColumn is an office whose calls have a column of their own.
type OfficeColumn struct {
	ID   town.OfficeID `json:"id"`
	Name string        `json:"name"`
}
