package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	altcha "github.com/altcha-org/altcha-lib-go"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/rush"
	"aufruf/internal/town"
)

// challengeFor is how long a challenge of the interface may be answered.
const challengeFor = 10 * time.Minute

// purposeProof counts how often a proof was shown.
const purposeProof = "proof"

// purposeAsked counts how often a network was told to work for more than it may
// take.
const purposeAsked = "asked for work"

// errProof: a stranger's program has to work for what it asks for.
var errProof = problem.New(problem.Forbidden, "proof.required")

// errProofBeyond: it wants more than its network, or the mail address, may have.
var errProofBeyond = errors.New("beyond what a network may take without work")

// Challenge asks a program that isn't signed in for work, nothing (nil) where nobody
// has to work. It belongs to a branch, and its answer is good for one request.
// Errors: NotFound for an unknown branch.
func (a *App) Challenge(ctx context.Context, actor access.Actor, branch town.BranchID) (*Proof, error) {
	if _, err := a.plans.Now().Branch(branch); err != nil {
		return nil, err
	}
	var hashes int
	err := a.view(ctx, func(v *view) (err error) {
		if hashes, err = v.work(ctx, actor, branch); err != nil || hashes > 0 || !stranger(actor) {
			return err
		}
		asked, err := v.countedToday(ctx, purposeAsked, actor.Origin)
		if asked > 0 {
			hashes = rush.Beyond
		}
		return err
	})
	if err != nil || hashes == 0 {
		return nil, err
	}
	until := a.time.Now().Trusted.Add(challengeFor)
	return a.proofs.ask(hashes, &until, url.Values{"branch": {string(branch)}})
}

// askForWork notes that a network must work for more than it may take, so that it
// finds a challenge, and refuses it.
func (a *App) askForWork(ctx context.Context, actor access.Actor) error {
	err := a.write(ctx, nil, func(v *view) error {
		_, err := v.countToday(ctx, purposeAsked, actor.Origin)
		return err
	})
	if err != nil {
		return err
	}
	return errProof
}

// ShowProof returns a stranger's program with what it has shown: a proof counts for
// one request, and again with the same key for what it repeats. Whether it needed
// one is decided where it takes something (admitWork).
func (a *App) ShowProof(ctx context.Context, actor access.Actor, branch town.BranchID, solution string) (access.Actor, error) {
	if actor.Kind != access.Citizen {
		return actor, nil
	}
	actor.Work = access.Owing
	challenge, ok := a.proofs.workedFor(branch, solution, a.time.Now().Trusted)
	if !ok {
		return actor, nil
	}
	err := a.write(ctx, nil, func(v *view) error {
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
	if problem.Is(err, errProof.Key) {
		return actor, nil
	}
	if err == nil {
		actor.Work = access.Shown
	}
	return actor, err
}

// admitWork refuses a stranger's program that must work for a branch and has not.
// Errors: Forbidden "proof.required".
func (v *view) admitWork(ctx context.Context, actor access.Actor, branch town.BranchID) error {
	if actor.Work != access.Owing {
		return nil
	}
	hashes, err := v.work(ctx, actor, branch)
	if err != nil || hashes == 0 {
		return err
	}
	return errProof
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
