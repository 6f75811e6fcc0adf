package town

import "fmt"

// Number is the anonymous number that is called, 100 to 999.
type Number int16

// The range of numbers.
const (
	FirstNumber Number = 100
	LastNumber  Number = 999
)

// ParseNumber reads exactly three digits, 100 to 999.
func ParseNumber(s string) (Number, error) {
	if len(s) != 3 {
		return 0, fmt.Errorf("number %q: want three digits", s)
	}
	n := Number(0)
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("number %q: want three digits", s)
		}
		n = n*10 + Number(r-'0')
	}
	if n < FirstNumber {
		return 0, fmt.Errorf("number %q: want 100 to 999", s)
	}
	return n, nil
}

// String returns the three digits.
func (n Number) String() string { return fmt.Sprintf("%03d", int16(n)) }

// MarshalText writes the three digits, so that JSON shows "417".
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads the three digits.
func (n *Number) UnmarshalText(text []byte) error {
	parsed, err := ParseNumber(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}
