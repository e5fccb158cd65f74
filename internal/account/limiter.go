package account

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"container/list"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"
)

// How often passwords may be guessed within guessWindow. Many people may share one address: from the
// twenty-first wrong password on, whoever types one there is told to wait, but a right one still logs
// in, until so many were wrong that they cannot be typing errors. Who logged in to an account from an
// address is known there for a while: what others try, from that address or against that account, does
// not lock them out.
const (
	guessesPerPair    = 5   // wrong passwords for one account from one address
	wrongPerAddress   = 20  // from one address, for whatever accounts, that are refused as wrong
	guessesPerAddress = 200 // from one address, that are compared at all
	guessesPerAccount = 100 // for one account, from whatever addresses
	guessWindow       = period.Instant(15 * time.Minute / time.Microsecond)
	knownFor          = 30 * day
	maxRemembered     = 20_000 // of each kind; the least lately counted is forgotten
)

// Limiter limits the guessing of passwords. It lives in memory and is bounded; a restart forgets.
// It is safe for concurrent use.
type Limiter struct {
	mu                         sync.Mutex
	pairs, addresses, accounts counters // pairs and accounts by the stored hash too: a new password has none
	known                      counters // pairs that logged in
}

// NewLimiter returns a Limiter that has counted nothing.
func NewLimiter() *Limiter {
	return &Limiter{
		pairs: newCounters(guessWindow), addresses: newCounters(guessWindow),
		accounts: newCounters(guessWindow), known: newCounters(knownFor),
	}
}

// Attempt is one try of a password. It counts as wrong until Succeed.
type Attempt struct {
	limiter                       *Limiter
	pair, address, account, known string
	at                            period.Instant
	refusal                       error // how it is refused when the password is wrong; nil: as a wrong one
}

// Begin counts a try at an account, named by its username whether it exists or not, from an address
// (of IPv6, its network of 64 bits). The hash is what the password is to be compared with, nil for
// none: with a new password the account's count begins anew, in every process. Refused tries do not
// count. It fails with RateLimited, saying after how long to try again.
func (l *Limiter) Begin(at period.Instant, address, username string, hash *string) (*Attempt, error) {
	a := &Attempt{limiter: l, address: network(address), account: username + " " + mark(hash), at: at}
	a.pair, a.known = a.address+" "+a.account, a.address+" "+username
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.known.wait(a.known, at, 1) > 0
	wait := l.pairs.wait(a.pair, at, guessesPerPair)
	if !known {
		wait = max(wait, l.addresses.wait(a.address, at, guessesPerAddress), l.accounts.wait(a.account, at, guessesPerAccount))
	}
	if wait > 0 {
		return nil, tooMany(wait,
			"密码输错次数过多，请 %d 分钟后再试。忘记密码请联系管理员重设。", "Too many wrong passwords; try again in %d minutes. If it is forgotten, an administrator can set a new one.")
	}
	if wait := l.addresses.wait(a.address, at, wrongPerAddress); wait > 0 && !known {
		a.refusal = tooMany(wait,
			"用户名或密码不正确。这个网络地址上输错的次数过多，请核对后再登录，或 %d 分钟后再试。忘记密码请联系管理员重设。",
			"The username or the password is wrong. Too many were wrong at this network address: check yours, or try again in %d minutes. If it is forgotten, an administrator can set a new one.")
	}
	l.pairs.add(a.pair, at, 1)
	l.addresses.add(a.address, at, 1)
	l.accounts.add(a.account, at, 1)
	return a, nil
}

const minute = period.Instant(time.Minute / time.Microsecond)

// mark tells one stored hash from another; "" for none.
func mark(hash *string) string {
	if hash == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(*hash))
	return string(sum[:8])
}

func tooMany(wait period.Instant, zh, en string) error {
	e := fault.New(fault.RateLimited, zh, en, int64((wait+minute-1)/minute))
	e.RetryAfter = time.Duration(wait) * time.Microsecond
	return e
}

// Refuse returns the refusal of a wrong password: the one given, or RateLimited when too many were
// wrong at the address.
func (a *Attempt) Refuse(wrong error) error {
	if a.refusal != nil {
		return a.refusal
	}
	return wrong
}

// Succeed takes the try back: the password was right. Earlier wrong ones of the same person are
// forgiven, and the address is known for the account from now on.
func (a *Attempt) Succeed() {
	l := a.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pairs.drop(a.pair)
	l.addresses.add(a.address, a.at, -1)
	l.accounts.add(a.account, a.at, -1)
	l.known.drop(a.known)
	l.known.add(a.known, a.at, 1)
}

// network is what an address is counted by.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// counters count by key within a window of time that begins with a key's first count.
type counters struct {
	window  period.Instant
	entries map[string]*list.Element
	order   *list.List // of *counter, the least lately counted first
}

type counter struct {
	key   string
	since period.Instant
	n     int
}

func newCounters(window period.Instant) counters {
	return counters{window, map[string]*list.Element{}, list.New()}
}

// wait returns how long a key is over the limit yet; 0 when it is not.
func (c *counters) wait(key string, at period.Instant, limit int) period.Instant {
	e := c.entries[key]
	if e == nil {
		return 0
	}
	n := e.Value.(*counter)
	if n.n < limit || at >= n.since+c.window {
		return 0
	}
	return n.since + c.window - at
}

func (c *counters) add(key string, at period.Instant, by int) {
	e := c.entries[key]
	if e == nil {
		if by < 0 {
			return
		}
		for len(c.entries) >= maxRemembered {
			c.drop(c.order.Front().Value.(*counter).key)
		}
		e = c.order.PushBack(&counter{key: key, since: at})
		c.entries[key] = e
	}
	n := e.Value.(*counter)
	if at >= n.since+c.window {
		n.since, n.n = at, 0
	}
	n.n = max(0, n.n+by)
	c.order.MoveToBack(e)
}

func (c *counters) drop(key string) {
	if e := c.entries[key]; e != nil {
		c.order.Remove(e)
		delete(c.entries, key)
	}
}
