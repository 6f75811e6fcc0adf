package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	_ "github.com/mattn/go-sqlite3"

	"aufruf/test/townhall"
)

// yardstickCommand is the hidden argument with which this program runs as the
// yardstick, in a process of its own as the server is.
const yardstickCommand = "yardstick"

// bare is the least that any server of this kind must do: one durable insert,
// then one frame to each screen. It has no rules, no rights, no history, no
// bounded queues.
type bare struct {
	insert  *sql.Stmt
	upgrade websocket.Upgrader

	mu      sync.Mutex
	screens map[string][]*websocket.Conn // by branch
	hung    int
}

func serveYardstick(dir string) error {
	db, err := openBare(dir)
	if err != nil {
		return err
	}
	defer db.Close()
	insert, err := db.Prepare("insert into calls (body) values (?)")
	if err != nil {
		return err
	}
	b := &bare{insert: insert, screens: map[string][]*websocket.Conn{}, upgrade: websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 512, WriteBufferPool: &sync.Pool{}}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /bytes", answerBytes)
	mux.Handle("GET /page", barePage())
	mux.HandleFunc("GET /screen", b.screen)
	mux.HandleFunc("GET /desk", b.desk)
	mux.HandleFunc("GET /hung", b.countScreens)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "listening", listener.Addr())
	return http.Serve(listener, mux)
}

// openBare opens a database with the durability that we promise: a commit
// survives a power cut.
func openBare(dir string) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("create table if not exists calls (seq integer primary key, body text not null)"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// answerBytes answers as many bytes as it is asked for.
func answerBytes(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("n"))
	if err != nil || n < 0 {
		http.Error(w, "n: want a number", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(bytes.Repeat([]byte("x"), n)) // nobody to tell
}

func (b *bare) screen(w http.ResponseWriter, r *http.Request) {
	conn, err := b.upgrade.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	b.mu.Lock()
	branch := r.FormValue("branch")
	b.screens[branch] = append(b.screens[branch], conn)
	b.hung++
	b.mu.Unlock()
	drain(conn)
}

// countScreens says how many screens hang.
func (b *bare) countScreens(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fmt.Fprint(w, b.hung)
}

// What a frame of a desk asks for: to be sent to the screens, to be answered.
var (
	toScreens = []byte(`"type":"call"`)
	answered  = []byte(`"answer":true`)
)

// desk stores what comes and sends calls to every screen of its branch, in
// turn.
func (b *bare) desk(w http.ResponseWriter, r *http.Request) {
	conn, err := b.upgrade.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	for {
		_, body, err := conn.ReadMessage()
		if err != nil {
			return
		}
		err = b.call(r.FormValue("branch"), body)
		if err == nil && bytes.Contains(body, answered) {
			err = conn.WriteMessage(websocket.TextMessage, answered)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "yardstick:", err)
			return
		}
	}
}

func (b *bare) call(branch string, body []byte) error {
	if _, err := b.insert.Exec(string(body)); err != nil {
		return err
	}
	if !bytes.Contains(body, toScreens) {
		return nil
	}
	message, err := websocket.NewPreparedMessage(websocket.TextMessage, body)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, screen := range b.screens[branch] {
		if err := screen.WritePreparedMessage(message); err != nil {
			return err
		}
	}
	return nil
}

func drain(conn *websocket.Conn) {
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			return
		}
	}
}

// yardstick is the bare server in a process of its own.
type yardstick struct {
	address string
	program *townhall.Program
	ready   time.Duration // from start until it answers
}

func startYardstick(ctx context.Context, dir string) (*yardstick, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	started := time.Now()
	program, err := townhall.Start("yardstick", nil, self, yardstickCommand, dir)
	if err != nil {
		return nil, err
	}
	address, err := townhall.AwaitAddress(ctx, program)
	if err == nil {
		err = townhall.AwaitPage(ctx, "http://"+address+"/readyz")
	}
	if err != nil {
		program.Kill()
		return nil, err
	}
	return &yardstick{address: address, program: program, ready: time.Since(started)}, nil
}

func (y *yardstick) stop() { y.program.Kill() }

// hung waits until so many screens are registered: the handshake is over a
// moment earlier.
func (y *yardstick) hung(ctx context.Context, screens int) error {
	return townhall.Eventually(ctx, func() error {
		answer, err := http.Get("http://" + y.address + "/hung")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err == nil && string(text) != strconv.Itoa(screens) {
			err = fmt.Errorf("%s of %d screens hang", text, screens)
		}
		return err
	})
}
