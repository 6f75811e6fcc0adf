package mail

import (
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
)

// AddressError is what is wrong with an address of the command line. It never
// holds a password.
type AddressError struct {
	Kind  AddressMistake
	Given string   // the part at fault; of a parameter that is wrong by itself its name
	Known []string // that could have been meant
}

// AddressMistake is a kind of AddressError.
type AddressMistake string

// The kinds of mistake.
const (
	MistakeForm      AddressMistake = "form"      // no address at all
	MistakeFolder    AddressMistake = "folder"    // dir: names none
	MistakeScheme    AddressMistake = "scheme"    // neither dir nor smtp nor smtps
	MistakeHost      AddressMistake = "host"      // smtp:// names none
	MistakePort      AddressMistake = "port"      // no number from 1 to 65535
	MistakePath      AddressMistake = "path"      // something between host and parameters, or behind them
	MistakeParameter AddressMistake = "parameter" // one that nothing knows
	MistakeTwice     AddressMistake = "twice"     // a parameter that stands twice
	MistakeEmpty     AddressMistake = "empty"     // a parameter without a value
	MistakeSender    AddressMistake = "sender"    // a parameter that is no mail address
	MistakeHello     AddressMistake = "hello"     // no name of a machine
	MistakeAuthority AddressMistake = "authority" // ca names no file with a certificate that can be read
)

// Error names the kind, and what was given.
func (e *AddressError) Error() string {
	if e.Given == "" {
		return "mail: mistake in the address: " + string(e.Kind)
	}
	return fmt.Sprintf("mail: mistake in the address: %s %q", e.Kind, e.Given)
}

// The parameters behind a question mark: those that name who sends, and those
// of a server.
var (
	schemes          = []string{"dir", "smtp", "smtps"}
	senderParameters = []string{"from", "reply-to", "envelope"}
	serverParameters = []string{"hello", "ca"}
)

func parse(target string) (*url.URL, error) {
	u, err := url.Parse(target)
	switch {
	case err != nil, u.Scheme == "": // what is wrong would repeat the password
		return nil, &AddressError{Kind: MistakeForm}
	case !slices.Contains(schemes, u.Scheme):
		return nil, &AddressError{Kind: MistakeScheme, Given: u.Scheme, Known: schemes}
	case u.Scheme == "dir":
		return u, checkFolder(u)
	}
	return u, checkServer(u)
}

func checkFolder(u *url.URL) error {
	if dirPath(u) == "" {
		return &AddressError{Kind: MistakeFolder}
	}
	return checkParameters(u, senderParameters)
}

func checkServer(u *url.URL) error {
	if u.Hostname() == "" {
		return &AddressError{Kind: MistakeHost, Given: u.Scheme}
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return &AddressError{Kind: MistakePort}
		}
	}
	if u.Path != "" && u.Path != "/" {
		return &AddressError{Kind: MistakePath}
	}
	return checkParameters(u, slices.Concat(senderParameters, serverParameters))
}

// checkParameters refuses what would be passed over: a mistyped sender goes out
// as another one, and nobody hears why mails are refused.
func checkParameters(u *url.URL, known []string) error {
	if u.Fragment != "" {
		return &AddressError{Kind: MistakePath}
	}
	given, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return &AddressError{Kind: MistakeForm}
	}
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names) // of several mistakes the same is named each time
	for _, name := range names {
		switch values := given[name]; {
		case !slices.Contains(known, name):
			return &AddressError{Kind: MistakeParameter, Given: name, Known: known}
		case len(values) > 1:
			return &AddressError{Kind: MistakeTwice, Given: name}
		case values[0] == "":
			return &AddressError{Kind: MistakeEmpty, Given: name}
		case slices.Contains(senderParameters, name) && !IsAddress(values[0]):
			return &AddressError{Kind: MistakeSender, Given: name}
		}
	}
	return nil
}

// IsAddress reports whether a value is a mail address and nothing else.
func IsAddress(value string) bool {
	read, err := mail.ParseAddress(value)
	return err == nil && read.Name == "" && read.Address == value
}

func dirPath(u *url.URL) string {
	if u.Opaque != "" {
		return u.Opaque
	}
	return u.Host + u.Path
}
