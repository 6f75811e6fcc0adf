package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	altcha "github.com/altcha-org/altcha-lib-go"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// challengeFor is how long a challenge of the interface may be answered.
const challengeFor = 10 * time.Minute

// purposeProof counts how often a proof was shown.
const purposeProof = "proof"

// errProof: a stranger's program has to work for what it asks for.
var errProof = problem.New(problem.Forbidden, "proof.required")

// Challenge asks a program that isn't signed in for work, nothing (nil) where the
// town doesn't. It belongs to a branch, and its answer is good for one request.
// Errors: NotFound for an unknown branch.
func (a *App) Challenge(branch town.BranchID) (*Proof, error) {
	if _, err := a.plans.Now().Branch(branch); err != nil {
		return nil, err
	}
	if !a.Catalogue().Authority.ProofOfWork {
		return nil, nil
	}
	until := a.time.Now().Trusted.Add(challengeFor)
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{
		HMACKey: a.proofs.proofKey(), MaxNumber: proofWork, Expires: &until, Params: url.Values{"branch": {string(branch)}},
	})
	if err != nil {
		return nil, fmt.Errorf("ask for work: %w", err)
	}
	return &Proof{Algorithm: c.Algorithm, Challenge: c.Challenge, Max: c.MaxNumber, Salt: c.Salt, Signature: c.Signature}, nil
}

// AdmitProof lets a stranger's program go on that has worked for a branch: once
// for each proof, and again with the same key for what it repeats. Whoever is
// signed in needs none. Errors: Forbidden "proof.required".
func (a *App) AdmitProof(ctx context.Context, actor access.Actor, branch town.BranchID, solution string) error {
	if actor.Kind != access.Citizen || !a.Catalogue().Authority.ProofOfWork {
		return nil
	}
	challenge, ok := a.proofs.workedFor(branch, solution, a.time.Now().Trusted)
	if !ok {
		return errProof
	}
	return a.write(ctx, nil, func(v *view) error {
		shown, err := v.countToday(ctx, purposeProof, challenge)
		if err != nil {
			return err
		}
		if shown > 1 {
			before, err := v.countedToday(ctx, purposeProof, challenge+"\x00"+actor.Key)
			if err == nil && (actor.Key == "" || before == 0) {
				err = errProof
			}
			return err
		}
		_, err = v.countToday(ctx, purposeProof, challenge+"\x00"+actor.Key)
		return err
	})
}

// workedFor checks a solution for a branch and returns the challenge that it
// solves: of what came along, that alone can't be written in two ways.
func (p proofs) workedFor(branch town.BranchID, solution string, now time.Time) (challenge string, ok bool) {
	if solution == "" {
		return "", false
	}
	if ok, err := altcha.VerifySolutionSafe(solution, p.proofKey(), false); err != nil || !ok {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(solution)
	if err != nil {
		return "", false
	}
	var payload altcha.Payload
	if err := json.Unmarshal(raw, &payload); err != nil {
		return "", false
	}
	params := altcha.ExtractParams(payload)
	if params.Get("branch") != string(branch) || !inTime(now, params.Get("expires")) {
		return "", false
	}
	return payload.Challenge, true
}

// inTime reports whether Unix seconds in a text are still to come.
func inTime(now time.Time, until string) bool {
	unix, err := strconv.ParseInt(until, 10, 64)
	return err == nil && now.Before(time.Unix(unix, 0))
}
