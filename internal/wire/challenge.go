package wire

// Challenge answers GET /challenge where a program that isn't signed in has to work
// before it books.
type Challenge struct {
	Challenge Work `json:"challenge"`
}

// Work is as ALTCHA has it: a number from 0 to MaxNumber is wanted whose Algorithm
// behind Salt is Challenge. The proof is the base64 of a JSON object with the
// algorithm, challenge, number, salt and signature.
type Work struct {
	Algorithm string `json:"algorithm"`
	Challenge string `json:"challenge"`
	MaxNumber int64  `json:"maxnumber"`
	Salt      string `json:"salt"`
	Signature string `json:"signature"`
}
