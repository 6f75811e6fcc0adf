package postgres

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Refusal is why a database server lets nobody in, or not do what they must.
type Refusal string

// The refusals.
const (
	NoDatabase   Refusal = "no_database"   // there is none of that name
	NoSignIn     Refusal = "no_sign_in"    // user or password
	NoRight      Refusal = "no_right"      // to make tables, or to read them
	NoEncryption Refusal = "no_encryption" // the connection can't be encrypted as asked
	Full         Refusal = "full"          // as many are connected as may be
	NotUTF8      Refusal = "not_utf8"      // letters of some names have no place in its encoding
)

// encodingError is the encoding of a database that can't keep every name.
type encodingError string

func (e encodingError) Error() string { return "its encoding is " + string(e) }

// refusals by SQLSTATE, from appendix A of the PostgreSQL manual.
var refusals = map[string]Refusal{
	"3D000": NoDatabase, "28000": NoSignIn, "28P01": NoSignIn, "42501": NoRight, "53300": Full,
}

// Refused names the refusal behind an error, and what the server or the library
// says of it in one line; false where there is none.
func Refused(err error) (why Refusal, says string, ok bool) {
	var encoding encodingError
	if errors.As(err, &encoding) {
		return NotUTF8, encoding.Error(), true
	}
	var problem *pgconn.PgError
	if errors.As(err, &problem) {
		why, ok = refusals[problem.Code]
		return why, problem.Message, ok
	}
	var unconnected *pgconn.ConnectError
	var certificate *tls.CertificateVerificationError
	var host x509.HostnameError
	if !errors.As(err, &unconnected) {
		return "", "", false
	}
	if errors.As(err, &certificate) || errors.As(err, &host) || strings.Contains(err.Error(), "refused TLS") {
		lines := strings.Split(unconnected.Error(), "\n")
		return NoEncryption, strings.TrimSpace(lines[len(lines)-1]), true
	}
	return "", "", false
}
