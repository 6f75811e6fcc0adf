// Command demo is what `make run` starts: a town hall on a Tuesday morning at
// five past nine, with people booked and people waiting. Everything lies in a
// temporary folder and ends, all of it, with Ctrl-C. It uses the programs as a
// town would: from the command line and over the public interface. Its argument
// is the folder that the programs lie in.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"aufruf/test/townhall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo FOLDER-OF-PROGRAMS")
		os.Exit(2)
	}
	if err := run(ctx, os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, bin string, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "aufruf-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	fmt.Fprintln(out, "Opening the town hall …")
	hall, err := open(ctx, townhall.Built(bin), dir)
	if err != nil && ctx.Err() != nil {
		return nil // Ctrl-C came before everything stood
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hall.close()) }()
	hall.describe(out)

	select {
	case <-ctx.Done():
		fmt.Fprintln(out, "\nClosing …")
		return nil
	case <-hall.server.Program().Ended():
		return fmt.Errorf("the server ended by itself:\n%s", hall.server.Program().Log())
	case <-hall.screen.Program().Ended():
		return fmt.Errorf("the screen ended by itself:\n%s", hall.screen.Program().Log())
	}
}

// preferred returns the usual address where its port is free, and any free one
// otherwise.
func preferred(port int) string {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = listener.Close() // only asked
	return address
}

// nextTuesday returns the first Tuesday from a day on, at midnight.
func nextTuesday(from time.Time) time.Time {
	days := (int(time.Tuesday) - int(from.Weekday()) + 7) % 7
	return time.Date(from.Year(), from.Month(), from.Day()+days, 0, 0, 0, 0, from.Location())
}
