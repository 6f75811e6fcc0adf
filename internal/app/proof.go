package app

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	altcha "github.com/altcha-org/altcha-lib-go"

	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
)

// Rules of proofs of work. They slow down who books by the hundred, and nobody
// has to solve a puzzle: a browser computes for a second while its person
// types, and who has no script waits as long as typing takes anyway.
const (
	proofWork = 50_000           // the most hashes that a browser tries
	proofWait = 20 * time.Second // instead, from the page's first sight of the hold
)

// errProofHold: each hold buys one booking, and this one is gone.
var errProofHold = problem.New(problem.Conflict, "proof.hold")

// Proof is what a page asks its browser for before it books with a hold.
type Proof struct {
	Algorithm string `json:"algorithm"` // "SHA-256" of salt and a number below Max that gives Challenge
	Challenge string `json:"challenge"`
	Max       int64  `json:"maxnumber"`
	Salt      string `json:"salt"`
	Signature string `json:"signature"`
	Since     string `json:"-"` // when waiting began, signed
}

// ProofAnswer comes back with the form.
type ProofAnswer struct {
	Solution string // as ALTCHA has it: base64 of JSON; empty without script
	Since    string // of the Proof
}

// NewProof asks for work, or nothing (nil) where the town doesn't. Waiting that
// began earlier for the same hold goes on.
func (a *App) NewProof(hold, since string) (*Proof, error) {
	if !a.Catalogue().Authority.ProofOfWork {
		return nil, nil
	}
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{
		HMACKey: a.proofs.proofKey(), MaxNumber: proofWork, Params: url.Values{"hold": {a.proofs.proofMark(hold)}},
	})
	if err != nil {
		return nil, fmt.Errorf("ask for work: %w", err)
	}
	if _, ok := a.proofs.waiting(hold, since); !ok {
		since = a.proofs.sign(hold, a.time.Now().Trusted)
	}
	return &Proof{
		Algorithm: c.Algorithm, Challenge: c.Challenge, Max: c.MaxNumber, Salt: c.Salt, Signature: c.Signature, Since: since,
	}, nil
}

// proofs makes proofs of work and knows them again. It never changes.
type proofs struct {
	secrets *secrets.Source
	instant func() clock.Instant
}

func (p proofs) proofKey() string { return hex.EncodeToString(p.secrets.Keyed("proof", "")) }

// proofMark ties a challenge to its hold without telling the hold.
func (p proofs) proofMark(hold string) string {
	return base64.RawURLEncoding.EncodeToString(p.secrets.Keyed("proof hold", hold)[:12])
}

// sign notes when waiting for a hold began so that nobody can change it.
func (p proofs) sign(hold string, since time.Time) string {
	stamp := strconv.FormatInt(since.Unix(), 10)
	return stamp + "." + base64.RawURLEncoding.EncodeToString(p.secrets.Keyed("proof since", hold+"\x00"+stamp)[:16])
}

// waiting returns since when somebody waits for a hold.
func (p proofs) waiting(hold, since string) (time.Time, bool) {
	stamp, _, _ := strings.Cut(since, ".")
	unix, err := strconv.ParseInt(stamp, 10, 64)
	at := time.Unix(unix, 0)
	return at, err == nil && hmac.Equal([]byte(p.sign(hold, at)), []byte(since))
}

// admitProof decides whether a booking has been worked or waited for. The hold
// must still be there: its end with the booking is what keeps one proof from
// buying two.
func (c *change) admitProof(ctx context.Context, r BookRequest) error {
	if r.Proof == nil || !c.rules.Catalogue.Authority.ProofOfWork {
		return nil
	}
	_, err := c.Holds().ByHash(ctx, secrets.Hash(r.Hold))
	if errors.Is(err, ledger.ErrNotFound) {
		return errProofHold
	}
	if err != nil {
		return fmt.Errorf("read hold: %w", err)
	}
	if c.app.proofs.worked(r.Hold, r.Proof.Solution) {
		return nil
	}
	since, ok := c.app.proofs.waiting(r.Hold, r.Proof.Since)
	if !ok {
		since = c.at.Trusted
	}
	if left := since.Add(proofWait).Sub(c.at.Trusted); left > 0 {
		return problem.New(problem.Conflict, "proof.wait").With("seconds", int((left+time.Second-1)/time.Second))
	}
	return nil
}

// worked checks a solution. Its age doesn't matter: its hold's does.
func (p proofs) worked(hold, solution string) bool {
	if solution == "" {
		return false
	}
	ok, err := altcha.VerifySolutionSafe(solution, p.proofKey(), false)
	if err != nil || !ok {
		return false
	}
	return strings.Contains(solved(solution), "hold="+p.proofMark(hold)+"&")
}

// solved returns the salt of a solution that was verified.
func solved(solution string) string {
	raw, err := base64.StdEncoding.DecodeString(solution)
	if err != nil {
		return ""
	}
	var payload altcha.Payload
	if err := json.Unmarshal(raw, &payload); err != nil {
		return ""
	}
	return payload.Salt
}
