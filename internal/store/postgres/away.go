package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"aufruf/internal/ledger"
)

// Classes of SQLSTATE codes that no statement of ours is to blame for, from
// appendix A of the PostgreSQL manual.
var classesAway = []string{
	"08", // connection exception
	"28", // invalid authorization: the account was taken away
	"3D", // invalid catalog name: the database was
	"40", // transaction rollback: conflicts without end
	"53", // insufficient resources: disk full, out of memory, too many connections
	"55", // object not in prerequisite state: a lock that can't be had
	"57", // operator intervention: shut down, starting, statement timeout
	"58", // system error: I/O
	"F0", // configuration file error
	"XX", // internal error: a damaged page
}

// codesAway are those of classes that are about statements as a rule.
var codesAway = []string{
	"25006", // read only: a standby, or a disk that somebody protects
	"25P03", // ended because it stood idle
	"25P04", // ended because it took too long
	"42501", // insufficient privilege: it was taken away
}

// away marks what no statement of ours is to blame for as ledger.ErrAway.
func away(err error) error {
	if isAway(err) {
		return fmt.Errorf("%w: %w", ledger.ErrAway, err)
	}
	return err
}

func isAway(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false // the caller is
	}
	if state := code(err); state != "" {
		return slices.Contains(classesAway, state[:2]) || slices.Contains(codesAway, state)
	}
	var unconnected *pgconn.ConnectError
	var network net.Error // a deadline too
	if errors.As(err, &unconnected) || errors.As(err, &network) || pgconn.SafeToRetry(err) {
		return true
	}
	for _, lost := range []error{pgconn.ErrConnClosed, io.EOF, io.ErrUnexpectedEOF, driver.ErrBadConn, sql.ErrConnDone} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}
