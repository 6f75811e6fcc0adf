package main

import (
	"errors"
	"io/fs"
	"net"
	"syscall"

	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/store"
	"aufruf/internal/store/sqlite"
)

// knownCause names what is behind an error, as far as somebody can do something
// about it; empty: that isn't known.
func knownCause(err error) string {
	var dns *net.DNSError
	var network *net.OpError
	switch {
	case errors.As(err, &network) && network.Op == "listen" && errors.Is(err, fs.ErrPermission):
		return "port_not_allowed"
	case sqlite.Damaged(err):
		return "damaged"
	case errors.Is(err, seal.ErrOtherKind):
		return "key_of_tls"
	case errors.Is(err, ledger.ErrNewer):
		return "newer"
	case errors.Is(err, seal.ErrMissing):
		return "key_missing"
	case errors.Is(err, syscall.EISDIR):
		return "folder"
	case errors.Is(err, seal.ErrDamaged):
		return "key_damaged"
	case errors.Is(err, seal.ErrExposed):
		return "key_exposed"
	case errors.Is(err, store.ErrNotEmpty):
		return "not_empty"
	case errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &dns):
		return "unreachable"
	case errors.Is(err, fs.ErrExist):
		return "exists"
	case errors.Is(err, syscall.EADDRINUSE):
		return "address_in_use"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "address_not_here"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "disk_full"
	case errors.Is(err, syscall.EROFS):
		return "read_only"
	case errors.Is(err, fs.ErrPermission):
		return "not_allowed"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return "missing"
	}
	return ""
}
