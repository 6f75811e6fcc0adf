package attack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// key is what somebody shows: below /api as a bearer token, on pages as cookies.
// The zero value is nobody's.
type key struct{ bearer, staff, device, browser string }

// asked is one request. Zero values mean: a GET of nobody's without a body.
type asked struct {
	method string
	path   string // with its query
	json   any    // a body as JSON; a json.RawMessage goes out as it is
	form   url.Values
	as     key
	from   string // the address that the proxy says to speak for; empty: its own
	header http.Header
	client *http.Client // keeps cookies or holds connections; nil: plain
}

// answer is what came back, redirects unfollowed.
type answer struct {
	status int
	header http.Header
	body   string
}

// plain follows no redirect and keeps no cookie.
var plain = &http.Client{
	Timeout:       30 * time.Second,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request and returns the answer. That none comes ends the test.
func (h *target) ask(r asked) answer {
	h.Helper()
	got, err := h.try(r)
	h.must(err)
	return got
}

// try sends a request from any goroutine.
func (h *target) try(r asked) (answer, error) {
	sent, err := h.request(r)
	if err != nil {
		return answer{}, err
	}
	client := r.client
	if client == nil {
		client = plain
	}
	response, err := client.Do(sent)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return answer{response.StatusCode, response.Header, string(body)}, errors.Join(err, response.Body.Close())
}

func (h *target) request(r asked) (*http.Request, error) {
	var body io.Reader
	kind := ""
	switch {
	case r.json != nil:
		raw, err := json.Marshal(r.json)
		if given, ok := r.json.(json.RawMessage); ok {
			raw, err = given, nil
		}
		if err != nil {
			return nil, err
		}
		body, kind = bytes.NewReader(raw), "application/json"
	case r.form != nil:
		body, kind = strings.NewReader(r.form.Encode()), "application/x-www-form-urlencoded"
	}
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	sent, err := http.NewRequestWithContext(h.ctx, method, h.server.URL+r.path, body)
	if err != nil {
		return nil, err
	}
	for name, values := range r.header {
		sent.Header[name] = values
	}
	if kind != "" && sent.Header.Get("Content-Type") == "" {
		sent.Header.Set("Content-Type", kind)
	}
	if r.from != "" {
		sent.Header.Set("X-Forwarded-For", r.from)
	}
	r.as.show(sent)
	return sent, nil
}

func (k key) show(r *http.Request) {
	if k.browser != "" {
		r.AddCookie(&http.Cookie{Name: "aufruf_bekannt", Value: k.browser})
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		if k.bearer != "" {
			r.Header.Set("Authorization", "Bearer "+k.bearer)
		}
		return
	}
	for name, value := range map[string]string{"aufruf_staff": k.staff, "aufruf_device": k.device} {
		if value != "" {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
}

// crowd sends n requests, so many at a time, and returns how often each status
// came back.
func (h *target) crowd(n, atOnce int, request func(i int) asked) map[int]int {
	h.Helper()
	var (
		mu       sync.Mutex
		statuses = map[int]int{}
		failed   []error
		work     sync.WaitGroup
		next     = make(chan int)
	)
	for range atOnce {
		work.Go(func() {
			for i := range next {
				got, err := h.try(request(i))
				mu.Lock()
				statuses[got.status]++
				if err != nil {
					failed = append(failed, err)
				}
				mu.Unlock()
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	work.Wait()
	if len(failed) > 0 {
		h.Fatalf("%d of %d requests weren't answered: %v", len(failed), n, failed[0])
	}
	return statuses
}

// stranger is the i-th of many addresses that have nothing to do with each
// other: no two share a /48 of IPv6.
func stranger(i int) string { return fmt.Sprintf("2001:db8:%x::1", i) }

// value reads one field of a JSON answer.
func (a answer) value(name string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(a.body), &fields) != nil {
		return ""
	}
	text, _ := fields[name].(string)
	return text
}
