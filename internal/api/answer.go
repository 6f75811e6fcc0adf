package api

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/watch"
	"aufruf/internal/wire"
)

// language returns the one that the person chose on our pages, else the one
// that the client prefers among those of the town.
func (a *API) language(c *gin.Context) town.Language {
	offered := a.App.Catalogue().Authority.Languages
	if len(offered) == 0 {
		offered = a.Texts.Languages()
	}
	if chosen, err := c.Cookie(visitor.LanguageCookie); err == nil && slices.Contains(offered, town.Language(chosen)) {
		return town.Language(chosen)
	}
	return i18n.Negotiate(c.GetHeader("Accept-Language"), offered)
}

// ok answers with a body.
func (a *API) ok(c *gin.Context, status int, body any) {
	if c.Writer.Header().Get("Cache-Control") == "" {
		c.Header("Cache-Control", "no-store")
	}
	c.JSON(status, body)
}

// fail answers with the problem in err's chain, and logs what is our fault.
func (a *API) fail(c *gin.Context, err error) {
	p := problem.Of(err)
	a.failStatus(c, p.Kind.Status(), p)
}

func (a *API) failStatus(c *gin.Context, status int, p *problem.Error) {
	document := a.document(c, p)
	document.Status = status
	visitor.Refuse(c, p.Key)
	if p.Kind == problem.Unauthenticated {
		c.Header("WWW-Authenticate", `Bearer realm="aufruf"`)
	}
	if document.RetrySeconds > 0 {
		c.Header("Retry-After", strconv.Itoa(document.RetrySeconds))
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Type", wire.ProblemType)
	c.AbortWithStatusJSON(status, document)
}

// document words a problem in the client's language. Of an internal error it
// shows an id that the log holds too, never the cause.
func (a *API) document(c *gin.Context, p *problem.Error) wire.Problem {
	texts := a.Texts.For(a.language(c))
	if p.Kind == problem.Internal {
		ctx, id := watch.Identified(c.Request.Context())
		if ctx.Err() == nil { // else the client has gone, and nothing failed
			a.Log.ErrorContext(ctx, "request failed", "route", c.FullPath(), "error", errors.Unwrap(p))
		}
		p = p.Logged(id)
	}
	sentence := texts.Problem(p)
	return wire.NewProblem(p, sentence, detail(texts, p))
}

// detail says what is wrong with each field; of a problem without fields, what
// its title says.
func detail(texts i18n.Texts, p *problem.Error) string {
	var sentences []string
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		if sentence := texts.Field(p.Fields[name]); !slices.Contains(sentences, sentence) {
			sentences = append(sentences, sentence)
		}
	}
	if len(sentences) == 0 {
		return texts.Problem(p)
	}
	return strings.Join(sentences, " ")
}

// query reads required parameters of the address; a missing one is Invalid.
func query(c *gin.Context, names ...string) (map[string]string, error) {
	values, bad := map[string]string{}, map[string]string{}
	for _, name := range names {
		values[name] = c.Query(name)
		if values[name] == "" {
			bad[name] = "field.required"
		}
	}
	return values, problem.Fields(bad)
}

// date reads a parameter as a date.
func date(name, value string) (town.Date, error) {
	d, err := town.ParseDate(value)
	if err != nil {
		return 0, problem.Field(name, "field.date").Because(err)
	}
	return d, nil
}

// body reads the request's JSON object strictly.
func body[T any](c *gin.Context) (T, error) {
	var none T
	raw, err := readAll(c)
	if err != nil {
		return none, err
	}
	return wire.Decode[T](raw)
}

// bodyOrNone is body where nothing need be sent.
func bodyOrNone[T any](c *gin.Context) (T, error) {
	var none T
	raw, err := readAll(c)
	if err != nil || len(raw) == 0 {
		return none, err
	}
	return wire.Decode[T](raw)
}

func readAll(c *gin.Context) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, wire.MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, problem.New(problem.TooLarge, "request.too_large")
	}
	if err != nil {
		return nil, problem.New(problem.Malformed, "request.malformed").Because(fmt.Errorf("read body: %w", err))
	}
	return raw, nil
}
