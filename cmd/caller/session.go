package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"aufruf/internal/client"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// sessions keeps one user's session token in a private file, so that a
// command needn't sign in. Whether a token is over only the server knows: its
// clock may be another one.
type sessions struct {
	folder       string // private to this user; empty: nothing is kept
	server       string
	user         town.UserID
	passwordFile string
	signIn       func(context.Context, town.UserID, string) (wire.Session, error)

	mu    sync.Mutex // held while signing in: two requests need one session
	token string
}

var _ client.Tokens = (*sessions)(nil)

// Token returns the kept token, or signs in.
func (s *sessions) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		return s.token, nil
	}
	return s.other(ctx, "")
}

// Renew signs in, unless another process of the user has done so meanwhile.
func (s *sessions) Renew(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && s.token != refused {
		return s.token, nil
	}
	return s.other(ctx, refused)
}

// other returns a kept token that isn't the refused one, or signs in.
func (s *sessions) other(ctx context.Context, refused string) (string, error) {
	if kept := s.read("session"); kept != "" && kept != refused {
		s.token = kept
		return kept, nil
	}
	password, err := os.ReadFile(s.passwordFile)
	if err != nil {
		return "", problem.New(problem.Forbidden, "caller.password_file").With("file", s.passwordFile).Because(err)
	}
	session, err := s.signIn(ctx, s.user, strings.TrimRight(string(password), "\r\n"))
	if err != nil {
		return "", err
	}
	s.token = session.Token
	s.write("session", s.token)
	return s.token, nil
}

// lastTicket returns the ticket that a room acted on last, for undo.
func (s *sessions) lastTicket(branch town.BranchID, room town.RoomID) town.TicketID {
	return town.TicketID(s.read("last", string(branch), string(room)))
}

func (s *sessions) keepLastTicket(branch town.BranchID, room town.RoomID, ticket town.TicketID) {
	s.write("last", string(ticket), string(branch), string(room))
}

// path names a file by what it is for; a hash, because servers and users may
// contain any character.
func (s *sessions) path(kind string, about []string) string {
	key := append([]string{s.server, string(s.user)}, about...)
	sum := sha256.Sum256([]byte(strings.Join(key, "\n")))
	return filepath.Join(s.folder, kind+"-"+hex.EncodeToString(sum[:12]))
}

func (s *sessions) read(kind string, about ...string) string {
	if s.folder == "" {
		return ""
	}
	content, err := os.ReadFile(s.path(kind, about))
	if err != nil {
		return "" // missing is the usual case, and otherwise signing in helps
	}
	return strings.TrimSpace(string(content))
}

// write replaces the file in one step, because two commands may run at once.
// Failing only costs the next command a sign-in.
func (s *sessions) write(kind, content string, about ...string) {
	if s.folder == "" {
		return
	}
	draft, err := os.CreateTemp(s.folder, "draft-*") // mode 0600
	if err != nil {
		return
	}
	_, err = draft.WriteString(content)
	if err := errors.Join(err, draft.Close()); err != nil {
		os.Remove(draft.Name())
		return
	}
	if os.Rename(draft.Name(), s.path(kind, about)) != nil {
		os.Remove(draft.Name())
	}
}

// privateFolder returns the folder for sessions: $XDG_RUNTIME_DIR/aufruf, or
// one of this user's in the folder for temporary files. A folder that others
// can look into, or that somebody else laid there, is refused.
func privateFolder(environ []string) (string, error) {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("aufruf-%d", os.Getuid()))
	for _, entry := range environ {
		if runtime, ok := strings.CutPrefix(entry, "XDG_RUNTIME_DIR="); ok && runtime != "" {
			folder = filepath.Join(runtime, "aufruf")
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !private(info) {
		return "", fmt.Errorf("%s is not private", folder)
	}
	return folder, nil
}
