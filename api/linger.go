package main

import (
	"brandregistry/internal/media"
	"io"
	"net/http"
	"time"
)

// What a client may still send once it is answered. Who sends all before it reads the answer, as most do,
// would find the connection broken instead of the answer.
const (
	lingerBytes = 4 * media.MaxBytes
	lingerTime  = 30 * time.Second
	lingerPart  = 64 << 10
	lingerWait  = 5 * time.Second // for each part: a drip is cut off
	lingerSoon  = time.Second     // for a small rest of a body, and for who asked whether to send
)

// lingering has every client get its answer, also where the answer is given before the body is read: the
// answer says that the connection is closed, and what still comes is read and dropped, within bounds of
// bytes and time. A small body is read first, and the connection kept. A request with a Transfer-Encoding
// ends its connection (RFC 9112, 6.1: it may have come with a Content-Length, too, to smuggle another).
func lingering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		watched := &watchedBody{ReadCloser: r.Body}
		request := *r // the server looks at the body of its own
		request.Body = watched
		l := &lingerer{ResponseWriter: w, control: http.NewResponseController(w), request: r, body: watched}
		next.ServeHTTP(l, &request)
		l.linger()
	})
}

// watchedBody is a body that notes how far it was read.
type watchedBody struct {
	io.ReadCloser
	read  int64
	begun bool
	ended bool
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.begun = true
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	b.ended = b.ended || err == io.EOF
	return n, err
}

// lingerer writes the answer to a request with a body.
type lingerer struct {
	http.ResponseWriter
	control *http.ResponseController
	request *http.Request
	body    *watchedBody
	wrote   bool
}

// WriteHeader decides what becomes of the connection.
func (l *lingerer) WriteHeader(status int) {
	if !l.wrote && (len(l.request.TransferEncoding) > 0 || !l.endsSoon()) {
		l.Header().Set("Connection", "close")
	}
	l.wrote = true
	l.ResponseWriter.WriteHeader(status)
}

func (l *lingerer) Write(p []byte) (int, error) {
	if !l.wrote {
		l.WriteHeader(http.StatusOK)
	}
	return l.ResponseWriter.Write(p)
}

// Flush is http.Flusher's.
func (l *lingerer) Flush() {
	if !l.wrote {
		l.WriteHeader(http.StatusOK)
	}
	_ = l.control.Flush() // a client that went away needs no answer
}

// Unwrap is for http.ResponseController.
func (l *lingerer) Unwrap() http.ResponseWriter { return l.ResponseWriter }

// undecided reports whether the client still waits to be told whether to send its body.
func (l *lingerer) undecided() bool {
	return !l.body.begun && l.request.Header.Get("Expect") != ""
}

// endsSoon reads a small rest of the body and reports whether that was all. It asks nobody to send.
func (l *lingerer) endsSoon() bool {
	if l.body.ended {
		return true
	}
	if l.undecided() || l.request.ContentLength-l.body.read > lingerPart || l.control.SetReadDeadline(time.Now().Add(lingerSoon)) != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, l.body) // whether it ended is all that matters
	return l.body.ended && l.control.SetReadDeadline(time.Time{}) == nil
}

// linger delivers the answer and reads what still comes. Where that has no end in time the server does
// not wait for it, either.
func (l *lingerer) linger() {
	if l.body.ended {
		return
	}
	wait := lingerWait
	if l.undecided() {
		wait = lingerSoon
	}
	l.Flush()
	end := time.Now().Add(lingerTime)
	for left := int64(lingerBytes); left > 0; {
		soonest := time.Now().Add(wait)
		if soonest.After(end) {
			soonest = end
		}
		if l.control.SetReadDeadline(soonest) != nil {
			return
		}
		n, err := io.CopyN(io.Discard, l.body, lingerPart)
		if left -= n; err != nil {
			break
		}
	}
	_ = l.control.SetReadDeadline(time.Now()) // a connection that is gone has none
}
