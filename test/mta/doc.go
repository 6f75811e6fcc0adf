// Package mta tries the server with mail servers as towns have them: Postfix and
// Exim, unpacked from Debian's packages into a folder and started there for one
// test. It needs root, as they do, and so stands behind the build tag mta and a
// target of its own (make mta); what it found is told again, short, by tests with
// a scripted server in internal/mail.
package mta
