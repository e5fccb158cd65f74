package apitest

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"testing"
)

// offered is a record or a brand of an answer with what its reader may do to it.
type offered struct {
	ID     string `json:"id"` // of a brand
	Period period.ID
	Area   struct{ Code area.Code }
	Etag   string
	// Revisions and brands have these members only.
	Revision *int64          `json:"revision"`
	Evidence json.RawMessage `json:"evidence"`
	Actions  []string
}

// checkActions holds the actions that an answer offers against the use cases: each is tried in a
// transaction that is taken back, with the least that can be given, and may fail for what is given only.
func (s *Server) checkActions(t testing.TB, token string, r Response) {
	t.Helper()
	var body struct {
		offered
		Items []offered
	}
	if _, measured := t.(*testing.B); measured || json.Unmarshal(r.Body, &body) != nil {
		return
	}
	list := append(body.Items, body.offered)
	list = slices.DeleteFunc(list, func(o offered) bool { return len(o.Actions) == 0 || (o.Revision == nil && o.Evidence == nil) })
	if len(list) == 0 {
		return
	}
	hash, err := account.ParseToken(token)
	if err != nil {
		return
	}
	var who access.Actor
	err = s.Store.View(context.Background(), func(tx *store.Reader) error {
		a, _, err := account.Authenticate(tx, hash)
		who = a.Actor()
		return err
	})
	if err != nil {
		return // the token has ended meanwhile
	}
	for _, o := range list {
		for _, action := range o.Actions {
			if err := s.try(who, o, action); sureToFail(err) {
				t.Errorf("%s %s%s offers %s %q, which fails: %v", o.Period, o.Area.Code, o.ID, who.Role, action, err)
			}
		}
	}
}

// errTakenBack ends a transaction that only tries.
var errTakenBack = errors.New("taken back")

// try does an action and takes it back.
func (s *Server) try(who access.Actor, o offered, action string) (failure error) {
	version, err := strconv.ParseInt(o.Etag, 10, 64)
	if err != nil {
		return err
	}
	pre := audit.Precondition{Match: []period.Instant{period.Instant(version)}}
	err = s.Store.Update(context.Background(), store.By{Actor: who, RequestID: "try"}, func(tx *store.Writer) error {
		if o.Revision != nil {
			failure = tryRecord(tx, coverage.Key{Period: o.Period, Area: o.Area.Code}, pre, coverage.Action(action))
		} else {
			failure = tryBrand(tx, o.ID, pre, brand.Action(action))
		}
		return errTakenBack
	})
	if !errors.Is(err, errTakenBack) {
		return nil // the registry is closed, or busy: that is not about the action
	}
	return failure
}

func tryRecord(tx *store.Writer, key coverage.Key, pre audit.Precondition, a coverage.Action) (err error) {
	switch a {
	case coverage.ActionEdit:
		_, _, err = coverage.Put(tx, key, pre, coverage.Figures{}, coverage.Figures{})
	case coverage.ActionSubmit:
		_, err = coverage.Submit(tx, key, pre, nil, coverage.SignOff{})
	case coverage.ActionWithdraw:
		_, err = coverage.Withdraw(tx, key, pre)
	case coverage.ActionDiscard:
		err = coverage.Discard(tx, key, pre)
	case coverage.ActionReturn:
		_, err = coverage.Return(tx, key, pre, coverage.ReturnSlip{Reason: "请核对这一项"})
	case coverage.ActionApprove:
		_, err = coverage.Approve(tx, key, pre)
	case coverage.ActionCorrect:
		_, err = coverage.Correct(tx, key, pre, "请核对这一项", nil)
	}
	return err
}

func tryBrand(tx *store.Writer, id string, pre audit.Precondition, a brand.Action) (err error) {
	const reason = "请核对这一项"
	switch a {
	case brand.ActionEdit:
		_, err = brand.Edit(tx, id, pre, brand.Patch{})
	case brand.ActionDelete:
		err = brand.Delete(tx, id, pre)
	case brand.ActionSubmit:
		_, err = brand.Submit(tx, id, pre, nil, nil)
	case brand.ActionWithdraw:
		_, err = brand.Withdraw(tx, id, pre, nil)
	case brand.ActionReturn:
		_, err = brand.Return(tx, id, pre, reason)
	case brand.ActionReject:
		_, err = brand.Reject(tx, id, pre, reason)
	case brand.ActionPublicize:
		_, err = brand.Publicize(tx, id, pre, tx.Today(), nil)
	case brand.ActionRecognize:
		_, err = brand.Recognize(tx, id, pre, brand.Award{Level: brand.Levels[0]})
	case brand.ActionConfirm:
		_, err = brand.Confirm(tx, id, pre, reason)
	case brand.ActionRevoke:
		_, err = brand.Revoke(tx, id, pre, reason, nil)
	case brand.ActionReopen:
		_, err = brand.Reopen(tx, id, pre, nil, nil)
	case brand.ActionAttach:
		_, _, err = brand.Attachable(tx, id, brand.ForLogo)
	}
	return err
}

// sureToFail reports whether a refusal is for who asks, where or when, and not for what was given. What was
// changed since the answer says nothing.
func sureToFail(err error) bool {
	var f *fault.Error
	if !errors.As(err, &f) {
		return false
	}
	switch f.Code {
	case fault.RuleViolation:
		return slices.ContainsFunc(f.Violations, func(v fault.Violation) bool {
			return slices.Contains([]string{"area_not_expected", "period_not_begun", "area_gone"}, v.Code)
		})
	case fault.InvalidRequest, fault.AlreadyExists, fault.Stale:
		return false
	}
	return true
}
