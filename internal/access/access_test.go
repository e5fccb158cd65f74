package access

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// who may do what, as the contract says it; one letter a role: Clerk, Reviewer, rEader, Auditor,
// adMin. The second column is what an actor meets outside its area.
var contract = map[Action]struct {
	roles   string
	outside fault.Code // "": nothing, the action is not bound to an area
}{
	UseSession:      {"CREAM", ""},
	ReadTasks:       {"CREAM", ""},
	ReadAreas:       {"CREAM", ""},
	WriteAreas:      {"M", fault.Forbidden},
	ReadAccounts:    {"M", fault.NotFound},
	WriteAccounts:   {"M", fault.NotFound},
	ReadPlan:        {"CREAM", ""},
	WritePlan:       {"R", fault.Forbidden},
	ReadRules:       {"CREAM", ""},
	ReadCoverage:    {"CREAM", fault.NotFound},
	EditCoverage:    {"C", fault.NotFound},
	SubmitCoverage:  {"C", fault.NotFound},
	DiscardCoverage: {"CR", fault.NotFound},
	DecideCoverage:  {"R", fault.NotFound},
	CorrectCoverage: {"CR", fault.NotFound},
	ReadBrands:      {"CREAM", fault.NotFound},
	EditBrands:      {"C", fault.NotFound},
	SubmitBrands:    {"C", fault.NotFound},
	DeleteBrands:    {"CR", fault.NotFound},
	DecideBrands:    {"R", fault.NotFound},
	ReopenBrands:    {"CR", fault.NotFound},
	ReadReports:     {"CREAM", fault.NotFound},
	ReadAudit:       {"A", fault.NotFound},
}

var letters = map[Role]rune{Clerk: 'C', Reviewer: 'R', Reader: 'E', Auditor: 'A', Admin: 'M'}

func code(err error) fault.Code {
	for _, c := range []fault.Code{fault.Forbidden, fault.NotFound} {
		if fault.Is(err, c) {
			return c
		}
	}
	if err != nil {
		return "another"
	}
	return ""
}

func TestPolicyIsTheContract(t *testing.T) {
	if len(policy) != len(contract) {
		t.Fatalf("%d actions in the policy, %d in the contract", len(policy), len(contract))
	}
	places := map[string]struct {
		own, at area.Code
		inside  bool
	}{
		"same": {"330109", "330109", true}, "below": {"330109", "330109001", true}, "far below": {"0", "330109001", true},
		"above": {"330109", "3301", false}, "the nation": {"330109", "0", false}, "sibling": {"330109", "330106", false},
		"digits alike": {"3301", "33", false}, "unrelated": {"330109", "310101002", false}, "no area": {"", "330109", false},
	}
	for action, c := range contract {
		for role, letter := range letters {
			may := slices.Contains([]rune(c.roles), letter)
			if Permits(role, action) != may || (CheckRole(Actor{Role: role}, action) == nil) != may || slices.Contains(Permissions(role), action) != may {
				t.Errorf("%s may %s anywhere: want %v", role, action, may)
			}
			for name, p := range places {
				want := fault.Code("")
				switch {
				case c.outside == fault.NotFound && !p.inside:
					want = fault.NotFound
				case !may:
					want = fault.Forbidden
				case !p.inside:
					want = c.outside
				}
				if got := code(Check(Actor{Role: role, Area: p.own}, action, p.at)); got != want {
					t.Errorf("%s of %q at %q (%s), %s: %q, want %q", role, p.own, p.at, name, action, got, want)
				}
			}
		}
	}
}

func TestTheOperatorIsAnAdminOfTheNation(t *testing.T) {
	admin := Actor{ID: "x", Role: Admin, Area: area.Nation}
	for _, r := range policy {
		for _, at := range []area.Code{"0", "33", "330109001"} {
			if got, want := code(Check(Operator, r.action, at)), code(Check(admin, r.action, at)); got != want {
				t.Errorf("%s at %s: %q, want %q", r.action, at, got, want)
			}
		}
	}
	if slices.Contains(Roles, Operator.Role) {
		t.Error("an account can be the operator")
	}
}

// No role has what only another may do, and nobody is left out of reading.
func TestRolesAreExclusive(t *testing.T) {
	for _, r := range policy {
		if len(r.roles) != len(Roles) && len(r.roles) > 1 && r.action != CorrectCoverage && r.action != DiscardCoverage && r.action != DeleteBrands && r.action != ReopenBrands {
			t.Errorf("%s is open to %v", r.action, r.roles)
		}
	}
	for _, role := range Roles {
		if len(Permissions(role)) == 0 {
			t.Errorf("%s may do nothing", role)
		}
	}
	if Permits("", ReadAreas) || Permits("boss", ReadAreas) {
		t.Error("what is no role may read")
	}
}

// Who may do a thing at an area may do it at everything below.
func TestWhatHoldsAboveHoldsBelow(t *testing.T) {
	codes := rapid.StringMatching(`0|[1-9][0-9]|[1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}`)
	rapid.Check(t, func(t *rapid.T) {
		who := Actor{Role: rapid.SampledFrom(Roles).Draw(t, "role"), Area: area.Code(codes.Draw(t, "own"))}
		at := area.Code(codes.Draw(t, "at"))
		action := rapid.SampledFrom(policy).Draw(t, "rule").action
		for _, above := range at.Upward() {
			if Check(who, action, above) == nil && Check(who, action, at) != nil {
				t.Fatalf("%+v may %s at %s, not at %s below it", who, action, above, at)
			}
		}
	})
}

func TestUnknownActionPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an action without a policy was let pass")
		}
	}()
	Permits(Admin, "no.such")
}
