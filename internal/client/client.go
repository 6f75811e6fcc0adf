// Package client speaks the public interface as a program: requests over HTTP,
// and the two websockets with everything that makes them dependable
// (reconnect with jitter, resume, resending, detection of dead connections).
// It decides nothing about calls or screens and keeps nothing on disk.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// maxAnswer bounds what is read of one answer or message, in bytes.
const maxAnswer = 8 << 20

// requestTimeout bounds one request from dialing to the last byte.
const requestTimeout = 10 * time.Second

// Client calls one server. It is safe for concurrent use.
type Client struct {
	base     *url.URL
	http     *http.Client
	tokens   Tokens
	language string
}

// New returns a client of the server at an http or https URL; tokens is nil
// where no sign-in is needed. Sentences of refusals come in the language (a
// BCP 47 tag, empty for the server's choice).
func New(server string, tokens Tokens, language string) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(server, "/"))
	if err != nil {
		return nil, fmt.Errorf("server address: %w", err)
	}
	if (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, fmt.Errorf("server address %q: want http://host or https://host", server)
	}
	if tokens == nil {
		tokens = anonymous{}
	}
	return &Client{base: base, http: &http.Client{Timeout: requestTimeout}, tokens: tokens, language: language}, nil
}

// address returns the URL of a path below /api/v1. Parts of path that came
// from outside are escaped by the caller.
func (c *Client) address(path string, query url.Values) *url.URL {
	address := *c.base
	address.RawQuery = query.Encode()
	return address.JoinPath("api", "v1", path)
}

// do sends a request with the client's token and reads the answer into out
// (nil: none is expected). When the server says that the session is over, it
// gets a new one and tries once more. Errors are *problem.Error: what the
// server said, or Unavailable "server.unreachable".
func (c *Client) do(ctx context.Context, method, path string, query url.Values, body, out any) error {
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return err
	}
	err = c.once(ctx, token, method, path, query, body, out)
	if err == nil || problem.Of(err).Kind != problem.Unauthenticated {
		return err
	}
	token, renewErr := c.tokens.Renew(ctx, token)
	if renewErr == ErrFixed {
		return err
	}
	if renewErr != nil {
		return renewErr
	}
	return c.once(ctx, token, method, path, query, body, out)
}

func (c *Client) once(ctx context.Context, token, method, path string, query url.Values, body, out any) error {
	request, err := c.request(ctx, token, method, path, query, body)
	if err != nil {
		return problem.Wrap(err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return unreachable(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return unreachable(err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return refusal(response, raw)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return problem.Wrap(fmt.Errorf("read answer of %s %s: %w", method, path, err))
	}
	return nil
}

func (c *Client) request(ctx context.Context, token, method, path string, query url.Values, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.address(path, query).String(), content)
	if err != nil {
		return nil, err
	}
	request.Header = c.header(token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

func (c *Client) header(token string) http.Header {
	header := http.Header{"User-Agent": {"aufruf"}}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	if c.language != "" {
		header.Set("Accept-Language", c.language)
	}
	return header
}

// unreachable returns the problem of a server that gave no answer.
func unreachable(cause error) *problem.Error {
	return problem.New(problem.Unavailable, "server.unreachable").Because(cause)
}

// refusal returns the problem of an answer that is none of success: the
// server's document, or "server.unexpected" where something in between
// answered, with Kind by the status.
func refusal(response *http.Response, raw []byte) *problem.Error {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	var document wire.Problem
	if media == wire.ProblemType && json.Unmarshal(raw, &document) == nil && document.Key != "" {
		return document.Err()
	}
	return problem.New(problem.KindOf(response.StatusCode), "server.unexpected").
		Because(fmt.Errorf("server answered %s", response.Status))
}
