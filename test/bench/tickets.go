package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// ticketsPerRun stays below the numbers of a day, which run out at 900.
const ticketsPerRun = 640

// measureTickets gives out numbers, one client and 64 at once, beside bare
// commits of single rows.
func measureTickets(ctx context.Context, b *bench) error {
	for range b.runs {
		bare, err := b.bareCommits()
		if err != nil {
			return err
		}
		for _, clients := range []int{1, 64} {
			rate, err := b.ticketRate(ctx, clients)
			if err != nil {
				return err
			}
			b.table.figure(fmt.Sprintf("numbers given out, %d at once", clients), "per s", "beside bare single-row commits").
				addBeside(rate, bare)
		}
	}
	return nil
}

func (b *bench) ticketRate(ctx context.Context, clients int) (float64, error) {
	h, err := b.openServer(ctx)
	if err != nil {
		return 0, err
	}
	rate, err := perSecond(ctx, clients, ticketsPerRun, h.issueOne)
	return rate, errors.Join(err, h.close())
}

// perSecond does something n times from a number of clients.
func perSecond(ctx context.Context, clients, n int, do func(context.Context) error) (float64, error) {
	var taken atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	started := time.Now()
	for range clients {
		group.Go(func() error {
			for taken.Add(1) <= int64(n) {
				if err := do(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return float64(n) / time.Since(started).Seconds(), err
}

// bareCommits returns how many single-row inserts a second survive a power cut
// here.
func (b *bench) bareCommits() (float64, error) {
	dir, err := os.MkdirTemp(b.dir, "bare-")
	if err != nil {
		return 0, err
	}
	db, err := openBare(dir)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	insert, err := db.Prepare("insert into calls (body) values (?)")
	if err != nil {
		return 0, err
	}
	return commits(insert, 2000)
}

func commits(insert *sql.Stmt, n int) (float64, error) {
	started := time.Now()
	for range n {
		if _, err := insert.Exec("417"); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(started).Seconds(), nil
}
