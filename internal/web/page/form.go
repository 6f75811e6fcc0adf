package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
)

// MaxForm is far above what a person can type into our fields, in bytes.
const MaxForm = 64 << 10

// MaxBody is how much of a form is read, in bytes. What a page kept sealed of a form
// is a third longer than that was.
const MaxBody = MaxForm + MaxForm/2

// Fields in which a page takes along, sealed, what was typed when a session was over
// or locked. What they hold was within MaxForm when it was typed.
const (
	SentField   = "behalten"
	LockedField = "sperre-eingabe"
)

// TooMuch reports whether a form has more than a person can have typed.
func TooMuch(form url.Values) bool {
	return len(form.Encode())-len(form.Get(SentField))-len(form.Get(LockedField)) > MaxForm
}

// formKey is where a request keeps its form once it was read.
const formKey = "form"

// read is a form, or why it can't be read.
type read struct {
	form url.Values
	err  error
}

// ReadForm returns what a form sent; read again it says the same. Errors: TooLarge,
// Malformed.
func ReadForm(c *gin.Context) (url.Values, error) {
	if known, ok := c.Get(formKey); ok {
		if r, ok := known.(read); ok {
			return r.form, r.err
		}
	}
	r := read{}
	r.form, r.err = readForm(c)
	if r.form.Has(originField) {
		c.Set(originKey, r.form.Get(originField))
		r.form.Del(originField)
	}
	c.Set(formKey, r)
	return r.form, r.err
}

// ReplaceForm has a request go on with another form than it came with.
func ReplaceForm(c *gin.Context, form url.Values) {
	c.Request.PostForm, c.Request.Form = form, nil
	c.Set(formKey, read{form: form})
}

func readForm(c *gin.Context) (url.Values, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxBody)
	var tooMuch *http.MaxBytesError
	err := c.Request.ParseForm()
	switch {
	case errors.As(err, &tooMuch), TooMuch(c.Request.PostForm):
		return nil, problem.New(problem.TooLarge, "request.too_large").Because(err)
	case err != nil:
		return nil, problem.New(problem.Malformed, "request.malformed").Because(err)
	}
	return c.Request.PostForm, nil
}

func ParseStart(value string, zone *time.Location) (time.Time, error) {
	start, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, problem.New(problem.Malformed, "request.malformed").Because(err)
	}
	return start.In(zone), nil
}

// OneOf reads a field that offers a choice. Where a form has nothing in it, the
// first of the values is meant. Errors: Invalid with the field.
func OneOf[T ~string](form url.Values, name string, values ...T) (T, error) {
	value := T(form.Get(name))
	if value == "" {
		return values[0], nil
	}
	if !slices.Contains(values, value) {
		return "", problem.Field(name, "request.bad_value")
	}
	return value, nil
}

// Option is where a ticket can be sent on to.
type Option struct{ Value, Label string }

// HiddenField is a value that a form sends back.
type HiddenField struct{ Name, Value string }

// Tick is a box to tick, or one of several to choose from.
type Tick struct {
	Value, Label string
	On           bool
}
