package storetest

import (
	"bytes"
	"crypto/rand"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

// Manner is how a Wire treats what comes over it.
type Manner int

// The manners of a wire.
const (
	Passing        Manner = iota
	Refusing              // new connections are reset, open ones at their next byte
	Frozen                // connections are taken, and nothing comes through until the manner changes
	Deaf                  // as Frozen, but for the connections that were open before
	AnswerLost            // a COMMIT arrives, and its answer is lost with the connection
	CommitLost            // a COMMIT is lost with its connection
	FrozenByCommit        // a COMMIT turns the wire Frozen, and arrives when it thaws
)

// Wire is what leads to the server of PostgreSQL, and fails as it is told.
type Wire struct {
	// Through is the URL of an empty schema by way of the wire, Direct past it.
	Through, Direct string
	// Name is the application_name of connections by Through.
	Name string

	listener net.Listener
	served   chan struct{} // closed when no more connections are taken
	server   string
	wg       sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond // of what follows
	manner  Manner
	refusal string             // SQLSTATE that new connections are answered with; "": none
	open    map[net.Conn]*pipe // both ends
	taken   int
	cancels int
}

// pipe is one connection.
type pipe struct {
	client, server net.Conn
	since          int // how many connections there were before
	silent         bool
}

// NewWire leads to an empty schema. It is cut when the test ends.
func NewWire(t testing.TB) *Wire {
	t.Helper()
	direct := Schema(t)
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{Direct: direct, Name: "wire_" + strings.ToLower(rand.Text()), listener: listener, served: make(chan struct{}), server: u.Host, open: map[net.Conn]*pipe{}}
	w.changed = sync.NewCond(&w.mu)
	q := u.Query()
	q.Set("application_name", w.Name)
	u.Host, u.RawQuery = listener.Addr().String(), q.Encode()
	w.Through = u.String()
	go w.serve()
	t.Cleanup(w.Close)
	return w
}

// Close cuts the wire for good and waits until nothing of it is left.
func (w *Wire) Close() {
	_ = w.listener.Close() // a second time fails
	<-w.served
	w.Reset()
	w.Set(Passing)
	w.wg.Wait()
}

// Set changes the manner.
func (w *Wire) Set(m Manner) { w.set(m, "") }

// Answer resets all connections, and has new ones refused with an SQLSTATE.
func (w *Wire) Answer(code string) {
	w.set(Passing, code)
	w.Reset()
}

func (w *Wire) set(m Manner, refusal string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.manner, w.refusal = m, refusal
	for _, p := range w.open {
		p.since = 0
	}
	w.taken = 0
	w.changed.Broadcast()
}

// Reset cuts all connections, those to the server, too.
func (w *Wire) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		reset(c)
		delete(w.open, c)
	}
	w.changed.Broadcast()
}

// Taken is how many connections were made since the manner last changed.
func (w *Wire) Taken() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.taken
}

// Cancels is how often the client wanted a statement canceled.
func (w *Wire) Cancels() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cancels
}

func reset(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

func (w *Wire) serve() {
	defer close(w.served)
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		w.taken++
		since, manner, refusal := w.taken, w.manner, w.refusal
		w.mu.Unlock()
		switch {
		case manner == Refusing:
			reset(client)
		case refusal != "":
			w.wg.Go(func() { refuse(client, refusal) })
		default:
			server, err := net.Dial("tcp", w.server)
			if err != nil {
				_ = client.Close()
				continue
			}
			p := &pipe{client: client, server: server, since: since}
			w.mu.Lock()
			w.open[client], w.open[server] = p, p
			w.mu.Unlock()
			w.wg.Go(func() { w.pump(p, server, client) })
			w.wg.Go(func() { w.pump(p, client, server) })
		}
	}
}

// refuse is a server that lets nobody in.
func refuse(client net.Conn, code string) {
	defer client.Close()
	backend := pgproto3.NewBackend(client, client)
	if _, err := backend.ReceiveStartupMessage(); err != nil {
		return
	}
	backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: code, Message: "not now"})
	_ = backend.Flush() // the client may be gone
}

// pump copies one direction until either side closes.
func (w *Wire) pump(p *pipe, to, from net.Conn) {
	defer func() {
		_ = to.Close()
		_ = from.Close()
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.open, to)
		delete(w.open, from)
	}()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil || !w.passes(p, b[:n], from == p.client) {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

var cancelRequest = []byte{0, 0, 0, 16, 4, 210, 22, 46}

// passes waits until bytes may pass, and reports whether they may.
func (w *Wire) passes(p *pipe, b []byte, asking bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if asking && bytes.HasPrefix(b, cancelRequest) {
		w.cancels++
	}
	if asking && bytes.Contains(b, []byte("COMMIT\x00")) {
		switch w.manner {
		case CommitLost:
			return false
		case AnswerLost:
			p.silent = true
			return true
		case FrozenByCommit:
			w.manner = Frozen
		}
	}
	for w.manner == Frozen || (w.manner == Deaf && p.since > 0) {
		w.changed.Wait()
		if w.open[p.client] == nil { // reset meanwhile
			return false
		}
	}
	return w.manner != Refusing && !p.silent
}
