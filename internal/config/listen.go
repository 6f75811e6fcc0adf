package config

import "net"

// NoAddress returns an error where a flag's value is no address to listen on:
// HOST:PORT, or :PORT for all of the machine's. Whether the machine has it is seen
// when it is opened.
func NoAddress(flag, given string) error {
	_, port, err := net.SplitHostPort(given)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		return Usage("cli.no_address", "name", "--"+flag, "given", given)
	}
	return nil
}
