package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

func deviceRoundTrip(t *testing.T, s ledger.Store) {
	full := ledger.Device{
		ID: "d1", Name: "Wartebereich", Kind: ledger.DeviceDisplay, Branch: markt, Offices: []town.OfficeID{"standesamt", "buergerbuero"},
		Hash: []byte{1}, Created: at, Seen: at.Add(time.Second), Shown: at.Add(time.Minute), Sound: "played", Program: "1.2.3",
	}
	bare := ledger.Device{ID: "d2", Name: "Automat", Kind: ledger.DeviceKiosk, Branch: nerchau, Hash: []byte{2}, Created: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Devices().Insert(ctx, full), tx.Devices().Insert(ctx, bare))
	})
	byID := func(id town.DeviceID) func(context.Context, ledger.Tx) (ledger.Device, error) {
		return func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) { return tx.Devices().ByID(ctx, id) }
	}
	equal(t, "by id", view(t, s, byID("d1")), full)
	equal(t, "by name", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) {
		return tx.Devices().ByName(ctx, "Automat")
	}), bare)
	equal(t, "by hash", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) {
		return tx.Devices().ByHash(ctx, []byte{2})
	}), bare)
	missing(t, s, "no device", byID("d9"))
	twin := bare
	twin.ID, twin.Hash = "d3", []byte{3}
	refused(t, s, "same name", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	twin.Name = "AUTOMAT"
	refused(t, s, "same name in another case", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	twin.Name, twin.Hash = "Zwilling", bare.Hash
	refused(t, s, "same token", ledger.ErrTaken, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, twin) })
	for i, c := range []struct {
		name   string
		change func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error
		alter  func(at time.Time)
	}{
		{"revoke", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, _ time.Time) error {
			return devices.Revoke(ctx, id)
		}, func(time.Time) { full.Revoked = true }},
		{"saw", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Saw(ctx, id, at, "blocked", "1.2.4")
		}, func(at time.Time) { full.Seen, full.Sound, full.Program = at, "blocked", "1.2.4" }},
		{"saw and heard nothing", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Saw(ctx, id, at, "", "")
		}, func(at time.Time) { full.Seen = at }},
		{"showed", func(ctx context.Context, devices ledger.Devices, id town.DeviceID, at time.Time) error {
			return devices.Showed(ctx, id, at)
		}, func(at time.Time) { full.Shown = at }},
	} {
		later := at.Add(time.Duration(i+1) * time.Hour)
		c.alter(later)
		update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return c.change(ctx, tx.Devices(), full.ID, later) })
		equal(t, c.name, view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Device, error) { return tx.Devices().All(ctx) }),
			[]ledger.Device{bare, full})
		refused(t, s, c.name+" none", ledger.ErrNotFound, nil, func(ctx context.Context, tx ledger.Tx) error {
			return c.change(ctx, tx.Devices(), "d9", at)
		})
	}
}
