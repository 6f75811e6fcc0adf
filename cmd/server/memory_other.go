//go:build !linux

package main

// keepMemoryPrivate does nothing: a town hall's server runs on Linux.
func keepMemoryPrivate() error { return nil }
