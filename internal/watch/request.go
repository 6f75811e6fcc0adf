package watch

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
)

// IDHeader names a request in its answer, as in the log.
const IDHeader = "X-Request-Id"

type idKey struct{}

// Identified returns the context of a request with its id, which is drawn where
// it has none yet.
func Identified(ctx context.Context) (context.Context, string) {
	if id, ok := ctx.Value(idKey{}).(string); ok {
		return ctx, id
	}
	id := rand.Text()
	return context.WithValue(ctx, idKey{}, id), id
}

// Identify is the middleware that gives each request an id, and writes a line
// about it where the log is told to be as precise as that.
func Identify(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		begun := time.Now()
		ctx, id := Identified(c.Request.Context())
		c.Request = c.Request.WithContext(ctx)
		c.Header(IDHeader, id)
		c.Next()
		log.DebugContext(c.Request.Context(), "request", "method", method(c.Request.Method), "route", c.FullPath(),
			"code", c.Writer.Status(), "milliseconds", time.Since(begun).Milliseconds())
	}
}

// Named adds the id of the request that a line is about to a log.
func Named(log slog.Handler) slog.Handler { return named{log} }

type named struct{ slog.Handler }

// Handle implements slog.Handler.
func (n named) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(idKey{}).(string); ok {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return n.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (n named) WithAttrs(attrs []slog.Attr) slog.Handler { return named{n.Handler.WithAttrs(attrs)} }

// WithGroup implements slog.Handler.
func (n named) WithGroup(name string) slog.Handler { return named{n.Handler.WithGroup(name)} }
