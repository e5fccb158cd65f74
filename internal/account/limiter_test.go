package account

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"
)

const office = "192.0.2.7"

// guess makes n wrong tries and returns how many were let through.
func guess(l *Limiter, at period.Instant, address, username string, n int) (let int) {
	for range n {
		if _, err := l.Begin(at, address, username, nil); err == nil {
			let++
		}
	}
	return let
}

func TestGuessesPerAccountAndAddress(t *testing.T) {
	l := NewLimiter()
	if let := guess(l, 0, office, "li", 9); let != guessesPerPair {
		t.Errorf("%d guesses let through, want %d", let, guessesPerPair)
	}
	_, err := l.Begin(5*minute, office, "li", nil)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.RateLimited || f.RetryAfter != 10*time.Minute {
		t.Fatalf("after five: %v, want rate_limited for 10 minutes", err)
	}
	if want := "密码输错次数过多，请 10 分钟后再试。忘记密码请联系管理员重设。"; f.Detail.ZH != want {
		t.Errorf("said %q, want %q", f.Detail.ZH, want)
	}
	if let := guess(l, 5*minute, office, "wang", 1); let != 1 {
		t.Error("another account at the same address is locked out")
	}
	if let := guess(l, 5*minute, "192.0.2.8", "li", 1); let != 1 {
		t.Error("the same account at another address is locked out")
	}
	if let := guess(l, guessWindow-1, office, "li", 1); let != 0 {
		t.Error("let through before the window ended")
	}
	if let := guess(l, guessWindow, office, "li", 9); let != guessesPerPair {
		t.Errorf("%d guesses let through in the next window, want %d", let, guessesPerPair)
	}
}

func TestRightPasswordsAreNotCounted(t *testing.T) {
	l := NewLimiter()
	for i := range 300 {
		a, err := l.Begin(period.Instant(i), office, fmt.Sprint("clerk", i%30), nil)
		if err != nil {
			t.Fatalf("log-in %d: %v", i, err)
		}
		a.Succeed()
	}
	guess(l, 300, office, "clerk1", guessesPerPair-1)
	a, err := l.Begin(301, office, "clerk1", nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Succeed()
	if let := guess(l, 302, office, "clerk1", 9); let != guessesPerPair {
		t.Errorf("after the right password %d wrong ones are let through, want %d", let, guessesPerPair)
	}
}

func TestOthersAreNotLockedOut(t *testing.T) {
	l := NewLimiter()
	known, err := l.Begin(0, office, "li", nil)
	if err != nil {
		t.Fatal(err)
	}
	known.Succeed()
	let := 0
	for i := range 2 * guessesPerAddress { // a colleague sprays passwords from the same office
		let += guess(l, 1, office, fmt.Sprint("victim", i), 1)
	}
	if let != guessesPerAddress {
		t.Errorf("%d guesses let through from one address, want %d", let, guessesPerAddress)
	}
	if guess(l, 2, office, "stranger", 1) != 0 {
		t.Error("the address may go on guessing")
	}
	if guess(l, 2, office, "li", 1) != 1 {
		t.Error("who logged in there before is locked out by the address")
	}
	let = 0
	for i := range 150 { // many addresses guess at one account
		let += guess(l, 3, fmt.Sprintf("198.51.100.%d", i), "li", 1)
	}
	if let != guessesPerAccount-1 {
		t.Errorf("%d guesses let through at one account, want %d", let, guessesPerAccount-1)
	}
	if guess(l, 4, office, "li", 1) != 1 {
		t.Error("who logged in there before is locked out of the account")
	}
	if guess(l, 4, "203.0.113.1", "li", 1) != 0 {
		t.Error("an unknown address may go on guessing at the account")
	}
	later := knownFor + 1
	for i := range guessesPerAddress {
		guess(l, later, office, fmt.Sprint("victim", i), 1)
	}
	if guess(l, later, office, "li", 1) != 0 {
		t.Error("an address is known for longer than 30 days")
	}
}

// Twenty-two offices behind one address: the typing errors of the others, five at each account, do
// not keep out a right password; who types a wrong one is told to wait from the twenty-first on; and
// what may be compared from one address ends.
func TestOneAddressOfManyPeople(t *testing.T) {
	l := NewLimiter()
	wrong := WrongPassword()
	refusals := map[bool]int{}
	for i := range 22 {
		for range guessesPerPair {
			a, err := l.Begin(1, office, fmt.Sprint("clerk", i), nil)
			if err != nil {
				t.Fatalf("clerk%d: %v", i, err)
			}
			refusals[errors.Is(a.Refuse(wrong), wrong)]++
		}
	}
	if want := map[bool]int{true: wrongPerAddress, false: 22*guessesPerPair - wrongPerAddress}; !maps.Equal(refusals, want) {
		t.Errorf("refused as wrong, or told to wait: %v, want %v", refusals, want)
	}
	a, err := l.Begin(2, office, "newcomer", nil)
	if err != nil {
		t.Fatalf("who never failed is locked out: %v", err)
	}
	var f *fault.Error
	if err := a.Refuse(wrong); !errors.As(err, &f) || f.Code != fault.RateLimited || f.RetryAfter <= 0 {
		t.Errorf("a wrong password is refused with %v", err)
	}
	a.Succeed()
	let := 0
	for i := range 1000 {
		let += guess(l, 3, office, fmt.Sprint("victim", i), 1)
	}
	if want := guessesPerAddress - 22*guessesPerPair; let != want {
		t.Errorf("%d more are compared, want %d", let, want)
	}
}

// A new password takes the lock away in every process, for it is of the old password.
func TestResetTakesTheLockAway(t *testing.T) {
	l := NewLimiter()
	before, after := "$argon2id$before", "$argon2id$after"
	for range guessesPerPair {
		if _, err := l.Begin(0, office, "li", &before); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Begin(1, office, "li", &before); !fault.Is(err, fault.RateLimited) {
		t.Fatalf("not locked: %v", err)
	}
	if _, err := l.Begin(1, office, "li", &after); err != nil {
		t.Errorf("locked after the reset: %v", err)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "pipe": "pipe",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := NewLimiter()
	for i := range 3 * maxRemembered {
		guess(l, period.Instant(i), fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), fmt.Sprint("u", i), 1)
	}
	for _, c := range []counters{l.pairs, l.addresses, l.accounts, l.known} {
		if len(c.entries) > maxRemembered || c.order.Len() != len(c.entries) {
			t.Errorf("%d entries, %d in order; want at most %d", len(c.entries), c.order.Len(), maxRemembered)
		}
	}
}
