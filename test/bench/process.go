package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"aufruf/test/townhall"
)

// measureStart starts the server on a database that it has filled before.
func measureStart(ctx context.Context, b *bench) error {
	for range b.runs {
		ready, resident, err := b.startOurs(ctx)
		if err != nil {
			return err
		}
		bareReady, bareResident, err := b.startBare(ctx)
		if err != nil {
			return err
		}
		b.table.figure("start to ready", "ms", "").addBeside(ready, bareReady)
		b.table.figure("memory at rest", "KiB", "").addBeside(resident, bareResident)
	}
	return nil
}

func (b *bench) startOurs(ctx context.Context) (ready, resident float64, err error) {
	dir, err := os.MkdirTemp(b.dir, "hall-")
	if err != nil {
		return 0, 0, err
	}
	server := townhall.NewServer(b.programs, dir, townhall.ServerOptions{Clock: opening})
	if err := server.Start(ctx); err != nil {
		return 0, 0, err
	}
	if err := server.Stop(); err != nil {
		return 0, 0, err
	}
	started := time.Now()
	if err := server.Start(ctx); err != nil {
		return 0, 0, err
	}
	ready = milliseconds(time.Since(started))
	resident, err = memory(server.Program().PID())
	return ready, resident, errors.Join(err, server.Stop())
}

func (b *bench) startBare(ctx context.Context) (ready, resident float64, err error) {
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return 0, 0, err
	}
	y, err := startYardstick(ctx, dir)
	if err != nil {
		return 0, 0, err
	}
	defer y.stop()
	resident, err = memory(y.program.PID())
	return milliseconds(y.ready), resident, err
}

// memory returns the resident memory of a process in KiB.
func memory(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmRSS:"); found {
			return strconv.ParseFloat(strings.Fields(value)[0], 64)
		}
	}
	return 0, fmt.Errorf("no VmRSS for process %d", pid)
}
