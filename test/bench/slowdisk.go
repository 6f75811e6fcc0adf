package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed slowdisk/flush.c
var flushSource string

const flushMicroseconds = "FLUSH_MICROSECONDS"

// onSlowDisk runs this program again where each flush of a file takes longer,
// for us as for the yardstick: a virtual machine's disk may answer before
// anything is written, which no town hall's does.
func onSlowDisk(ctx context.Context, flush time.Duration) error {
	dir, err := os.MkdirTemp("", "aufruf-slowdisk-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	library := filepath.Join(dir, "flush.so")
	cc := exec.CommandContext(ctx, "cc", "-shared", "-fPIC", "-O2", "-x", "c", "-o", library, "-")
	cc.Stdin = strings.NewReader(flushSource)
	if out, err := cc.CombinedOutput(); err != nil {
		return fmt.Errorf("build a slow disk: %w\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	again := exec.CommandContext(ctx, self, os.Args[1:]...)
	again.Env = append(os.Environ(), "LD_PRELOAD="+library, flushMicroseconds+"="+strconv.FormatInt(flush.Microseconds(), 10))
	again.Stdout, again.Stderr = os.Stdout, os.Stderr
	return again.Run()
}

// onSlowDiskAlready reports whether this is that second run.
func onSlowDiskAlready() bool { return os.Getenv(flushMicroseconds) != "" }
