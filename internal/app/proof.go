package app

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	altcha "github.com/altcha-org/altcha-lib-go"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Proofs of work slow down who books by the hundred, and nobody has to solve a
// puzzle: a browser computes while its person types. Who has no script confirms
// their mail address instead.

// errProofHold: each hold buys one booking, and this one is gone.
var errProofHold = problem.New(problem.Conflict, "proof.hold")

// Proof is what a page asks its browser for before it books with a hold.
type Proof struct {
	Algorithm string `json:"algorithm"` // "SHA-256" of salt and a number up to Max that gives Challenge
	Challenge string `json:"challenge"`
	Max       int64  `json:"maxnumber"`
	Salt      string `json:"salt"`
	Signature string `json:"signature"`
}

// ProofAnswer comes back with the form.
type ProofAnswer struct {
	Solution string // as ALTCHA has it: base64 of JSON; empty without script
}

// NewProof asks for work before a hold of a branch is booked, or nothing (nil)
// where nobody has to work.
func (a *App) NewProof(ctx context.Context, actor access.Actor, branch town.BranchID, hold string) (*Proof, error) {
	var hashes int
	err := a.view(ctx, func(v *view) (err error) {
		hashes, err = v.work(ctx, actor, branch)
		return err
	})
	if err != nil || hashes == 0 {
		return nil, err
	}
	return a.proofs.ask(hashes, nil, url.Values{"hold": {a.proofs.proofMark(hold)}})
}

// proofs makes proofs of work and knows them again. It never changes.
type proofs struct {
	secrets *secrets.Source
}

// ask asks for so many hashes at most; until: nil for no end.
func (p proofs) ask(hashes int, until *time.Time, what url.Values) (*Proof, error) {
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{HMACKey: p.proofKey(), MaxNumber: int64(hashes), Expires: until, Params: what})
	if err != nil {
		return nil, fmt.Errorf("ask for work: %w", err)
	}
	return &Proof{Algorithm: c.Algorithm, Challenge: c.Challenge, Max: c.MaxNumber, Salt: c.Salt, Signature: c.Signature}, nil
}

func (p proofs) proofKey() string { return hex.EncodeToString(p.secrets.Keyed("proof", "")) }

// proofMark ties a challenge to its hold without telling the hold.
func (p proofs) proofMark(hold string) string {
	return base64.RawURLEncoding.EncodeToString(p.secrets.Keyed("proof hold", hold)[:12])
}

// admitProof decides whether a page's booking has been worked for: errUnproved
// where it hasn't, so that its address is confirmed instead. The hold must still be
// there: its end with the booking is what keeps one proof from buying two.
func (c *change) admitProof(ctx context.Context, actor access.Actor, r BookRequest) error {
	if r.Proof == nil {
		return nil
	}
	hashes, err := c.work(ctx, actor, r.Branch)
	if err != nil || hashes == 0 {
		return err
	}
	if !c.core.proofs.worked(r.Hold, r.Proof.Solution) {
		return errUnproved
	}
	_, err = c.Holds().ByHash(ctx, secrets.Hash(r.Hold))
	if errors.Is(err, ledger.ErrNotFound) {
		return errProofHold
	}
	if err != nil {
		return fmt.Errorf("read hold: %w", err)
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
