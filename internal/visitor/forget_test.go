package visitor

import (
	"fmt"
	"testing"
)

// Whoever had many addresses freed everybody from the limit, themselves included:
// at 100,000 of them all counts began anew.
func TestManyAddressesFreeNobodyWhoGoesOnAsking(t *testing.T) {
	limits := NewLimits(3)
	admitted := 0
	for i := range maxAddresses + maxAddresses/4 {
		if i%1000 == 0 && limits.admit("192.0.2.1") {
			admitted++
		}
		limits.admit(fmt.Sprint("2001:db8::", i))
		if len(limits.known) > maxAddresses {
			t.Fatalf("got %d addresses", len(limits.known))
		}
	}
	if admitted > 6 { // three at once, and what the minute gives back meanwhile
		t.Errorf("one address was admitted %d times", admitted)
	}
}
