package config

import "testing"

func TestAddressesToListenOn(t *testing.T) {
	for given, fine := range map[string]bool{
		":8080": true, "127.0.0.1:0": true, "[::1]:443": true, "localhost:http": true,
		"": false, "abc": false, "8080": false, ":": false, ":70000": false, "127.0.0.1": false, "::1:443": false, "http://localhost:8080": false,
	} {
		if err := NoAddress("listen", given); (err == nil) != fine {
			t.Errorf("%q: got %v, want it fine: %v", given, err, fine)
		}
	}
}
