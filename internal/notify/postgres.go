package notify

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"aufruf/internal/town"
)

const (
	channel = "aufruf_news"
	// how long to wait before connecting again.
	pause = time.Second
)

// Postgres passes hints on inside this process at once, and to other nodes by
// NOTIFY while Run runs. It uses two connections of its own: pooled ones can't
// listen.
type Postgres struct {
	*Local
	config *pgx.ConnConfig
	log    *slog.Logger

	mu       sync.Mutex // for outgoing
	outgoing *mailbox

	// sender is the server's name for our sending connection, whose hints were
	// passed on here already.
	sender atomic.Uint32
}

// NewPostgres returns hints for the nodes that use the database of this URL.
func NewPostgres(url string, log *slog.Logger) (*Postgres, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("hints: %w", err)
	}
	return &Postgres{Local: NewLocal(), config: config, log: log, outgoing: newMailbox()}, nil
}

// Publish implements Hints.
func (p *Postgres) Publish(ctx context.Context, branch town.BranchID) {
	p.Local.Publish(ctx, branch)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outgoing.put(branch)
}

// Run exchanges hints with other nodes until the context ends, and connects
// again whenever the connection is lost. It returns nil when the context ends.
func (p *Postgres) Run(ctx context.Context) error {
	var group errgroup.Group
	group.Go(func() error { return p.connected(ctx, p.send) })
	group.Go(func() error { return p.connected(ctx, p.listen) })
	return group.Wait()
}

// connected runs use on a connection, and again on a new one whenever it fails.
func (p *Postgres) connected(ctx context.Context, use func(context.Context, *pgx.Conn) error) error {
	for {
		err := p.connect(ctx, use)
		if ctx.Err() != nil {
			return nil
		}
		p.log.WarnContext(ctx, "hints between nodes are interrupted", slog.Any("error", err))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *Postgres) connect(ctx context.Context, use func(context.Context, *pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return err
	}
	// The context may have ended, and then nothing could be said to the server.
	defer conn.Close(context.WithoutCancel(ctx))
	return use(ctx, conn)
}

func (p *Postgres) send(ctx context.Context, conn *pgx.Conn) error {
	p.sender.Store(conn.PgConn().PID())
	for {
		select {
		case branch := <-p.outgoing.news:
			if _, err := conn.Exec(ctx, "select pg_notify($1, $2)", channel, string(branch)); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

func (p *Postgres) listen(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return err
	}
	for {
		hint, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if hint.PID != p.sender.Load() {
			p.Local.Publish(ctx, town.BranchID(hint.Payload))
		}
	}
}
