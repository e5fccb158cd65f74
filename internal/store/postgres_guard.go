package store

import (
	"crypto/tls"
	"database/sql"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// guard asks the server, on a connection of its own, whether it is there, as long as a transaction
// lasts. When it is not, what the transaction waits for fails, and whatever was connected before is
// of no use.
func (e *postgresEngine) guard(conn *sql.Conn) (stop func(), err error) {
	g := &guard{engine: e}
	err = raw(conn, func(c *pgconn.PgConn) error {
		if at, ok := c.CustomData()[connectedAt].(int64); !ok || at < e.dead.Load() || c.IsClosed() {
			return errConnectionLost
		}
		g.wire = c.Conn()
		return nil
	})
	if err != nil {
		return func() {}, connectionLost(err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timer = time.AfterFunc(guardEvery, g.ask)
	return g.stop, nil
}

// guard watches over one transaction.
type guard struct {
	engine *postgresEngine
	wire   net.Conn

	mu    sync.Mutex
	timer *time.Timer
	over  bool
}

func (g *guard) ask() {
	began := g.engine.now()
	there := answers(g.wire.RemoteAddr())
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.over: // the connection serves another transaction
	case there:
		g.timer.Reset(guardEvery)
	default:
		g.engine.dead.Store(began)
		g.engine.setAway()
		cut(g.wire)
	}
}

func (g *guard) stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over = true
	g.timer.Stop()
}

// cut closes a connection below TLS, which would wait to take its leave.
func cut(wire net.Conn) {
	if t, ok := wire.(*tls.Conn); ok {
		wire = t.NetConn()
	}
	_ = wire.Close() // it was of no use
}

func (*postgresEngine) cut(conn *sql.Conn) {
	_ = raw(conn, func(c *pgconn.PgConn) error { cut(c.Conn()); return nil }) // else it is closed
}

// answers reports whether a server answers the protocol's first question: whether it takes GSSAPI. To
// ask for TLS and leave would be told in its log.
func answers(at net.Addr) bool {
	conn, err := net.DialTimeout(at.Network(), at.String(), hostWait)
	if err != nil {
		return false
	}
	defer conn.Close()
	if conn.SetDeadline(time.Now().Add(hostWait)) != nil {
		return false
	}
	gssRequest := []byte{0, 0, 0, 8, 4, 210, 22, 48}
	if _, err := conn.Write(gssRequest); err != nil {
		return false
	}
	n, err := conn.Read(make([]byte, 1))
	return err == nil && n == 1
}

// broken is a connection that is closed, that leads to a server which no longer takes writes, or whose
// prepared statement is older than its table's columns, as the others' may be.
func (e *postgresEngine) broken(conn *sql.Conn, failure error) bool {
	var f *pgconn.PgError
	if errors.As(failure, &f) {
		if f.Routine == "RevalidateCachedQuery" {
			e.dead.Store(e.now())
			return true
		}
		if f.Code == "25006" {
			return true
		}
	}
	closed := false
	err := raw(conn, func(c *pgconn.PgConn) error { closed = c.IsClosed(); return nil })
	return closed || err != nil
}
