package ledger

import (
	"context"
	"time"

	"aufruf/internal/town"
)

// DeviceKind tells a screen from a ticket kiosk.
type DeviceKind string

// The kinds of device.
const (
	DeviceDisplay DeviceKind = "display"
	DeviceKiosk   DeviceKind = "kiosk"
)

// Device is a screen or a kiosk that was given a token.
type Device struct {
	ID      town.DeviceID
	Name    string
	Kind    DeviceKind
	Branch  town.BranchID
	Offices []town.OfficeID // empty: all
	Hash    []byte          // SHA-256 of the token
	Revoked bool
	Created time.Time
	Seen    time.Time // last connected; zero: never
	Shown   time.Time // last call shown; zero: never
	Sound   string    // last reported state
	Program string    // last reported version
}

// Devices keeps screens and kiosks. Each change writes what it names and
// nothing else, so that none undoes another, and nothing takes a revocation
// back. ErrNotFound if there is no such device.
type Devices interface {
	// Insert stores a new device; ErrTaken if the name, be it in another case
	// (A-Z), or the token is used.
	Insert(ctx context.Context, d Device) error
	// Saw notes that a device is connected; empty texts leave what is stored.
	Saw(ctx context.Context, id town.DeviceID, at time.Time, sound, program string) error
	// Showed notes when a device last showed a call.
	Showed(ctx context.Context, id town.DeviceID, at time.Time) error
	// Revoke takes a device's rights for good.
	Revoke(ctx context.Context, id town.DeviceID) error
	ByID(ctx context.Context, id town.DeviceID) (Device, error)
	ByName(ctx context.Context, name string) (Device, error)
	ByHash(ctx context.Context, hash []byte) (Device, error)
	All(ctx context.Context) ([]Device, error)
}
