// Package faults tries built servers while what they stand on fails: a database
// whose connections freeze, nodes that are killed, several nodes at once. Each fault
// that was once found there is a test of its own, with real processes and a real
// PostgreSQL.
package faults
