package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
)

// A request line that can't be read at all (an escape like %zz in its path) is refused
// by net/http before any handler hears of it, as plain text. Whoever speaks to the
// interface is promised a problem document, and others a page; so what the library
// writes is replaced on its way out. Under TLS it stays as the library has it, and
// a proxy refuses such a line itself.

// refusedByLibrary is how net/http begins that answer; ours always have a date.
var refusedByLibrary = []byte("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// worded answers what can't be read as the handler answers what is no text.
type worded struct {
	net.Listener
	handler http.Handler
}

// Accept implements net.Listener.
func (l worded) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &wordedConn{TCPConn: tcp, handler: l.handler}, nil
	}
	return conn, err
}

type wordedConn struct {
	*net.TCPConn
	handler http.Handler
	below   atomic.Bool // what was read last asks for something below /api
}

// maxLine is how much of what was read is looked at for the path's beginning.
const maxLine = 64

// Read implements net.Conn. The library reads single bytes to learn whether a client
// is still there; they say nothing of a path.
func (c *wordedConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	if n > 1 {
		line, _, _ := bytes.Cut(p[:min(n, maxLine)], []byte("\r\n"))
		c.below.Store(bytes.Contains(line, []byte(" /api/")))
	}
	return n, err
}

// Write implements net.Conn.
func (c *wordedConn) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, refusedByLibrary) {
		return c.TCPConn.Write(p)
	}
	if _, err := c.TCPConn.Write(c.refusal()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// refusal is the handler's answer to a path that is no text.
func (c *wordedConn) refusal() []byte {
	path := "/\xff"
	if c.below.Load() {
		path = "/api/\xff"
	}
	asked := &http.Request{
		Method: http.MethodGet, URL: &url.URL{Path: path}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, RemoteAddr: c.RemoteAddr().String(), RequestURI: "/",
	}
	said := kept{header: http.Header{}}
	c.handler.ServeHTTP(&said, asked)
	said.header.Set("Connection", "close")
	answer := http.Response{
		StatusCode: http.StatusBadRequest, ProtoMajor: 1, ProtoMinor: 1, Header: said.header,
		Body: io.NopCloser(&said.body), ContentLength: int64(said.body.Len()),
	}
	var raw bytes.Buffer
	if err := answer.Write(&raw); err != nil {
		return refusedByLibrary
	}
	return raw.Bytes()
}

// kept is an answer that isn't sent yet; its status is the line's.
type kept struct {
	header http.Header
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (k *kept) Header() http.Header { return k.header }

// Write implements http.ResponseWriter.
func (k *kept) Write(p []byte) (int, error) { return k.body.Write(p) }

// WriteHeader implements http.ResponseWriter.
func (k *kept) WriteHeader(int) {}
