package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// request is one request on its way through the adapter. A handler reads it in this order: path
// parameters, query or decode, then view or update, which answers.
//
// The adapter refuses in the order of the contract: 401, 403 by role, 404 and 403 by the area or
// the id in the path, 406, 413, 415, 400, a replay, and then what the use case says.
type request struct {
	api     *api
	gin     *gin.Context
	ctx     context.Context
	route   route
	id      string // X-Request-ID
	started time.Time

	hash  string // of the bearer token
	who   access.Actor
	token account.Token
	tx    *store.Reader // the View of a GET

	queried bool   // query was called
	decoded bool   // decode or upload was called
	body    []byte // as read

	due bool // the token's use is to be noted
	out *encoded
	lg  string
}

// serve makes a route's handler for Gin: everything that is done for every request.
func (a *api) serve(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		restoreHead(c)
		r := &request{api: a, gin: c, ctx: c.Request.Context(), route: rt, started: time.Now(), lg: languageOf(c.Request.Header.Get("Accept-Language"))}
		r.id = a.requestID(c.Request.Header.Get("X-Request-ID"))
		defer r.finish()
		if a.crossOrigin(c) {
			return
		}
		r.commonHeaders()
		if err := r.run(); err != nil {
			r.fail(err)
			return
		}
		r.out.write(r)
	}
}

// run admits the request and hands it to its handler. A GET, or a HEAD, has one View, of which authentication
// is the first statement; what writes is authenticated in a View of its own and again in its Update.
func (r *request) run() error {
	if r.route.action == "" {
		return r.handle()
	}
	var err error
	if r.hash, err = bearer(r.gin.Request.Header); err != nil {
		return err
	}
	if r.route.method == http.MethodGet {
		return r.api.store.View(r.ctx, func(tx *store.Reader) error {
			if err := r.admit(tx); err != nil {
				return err
			}
			r.tx = tx
			defer func() { r.tx = nil }()
			return r.unlessAbsent(r.handle())
		})
	}
	if err := r.api.store.View(r.ctx, r.admit); err != nil {
		return err
	}
	err = r.handle()
	if fault.Is(err, fault.InvalidRequest) && !r.decoded {
		if e := r.bodyFault(); e != nil {
			err = e
		}
	}
	return r.unlessAbsent(err)
}

// bearer returns the hash of the token in the Authorization header.
func bearer(h http.Header) (string, error) {
	values := h["Authorization"]
	if len(values) != 1 {
		return "", account.Unauthenticated()
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", account.Unauthenticated()
	}
	return account.ParseToken(token)
}

// admit authenticates and refuses by role and by what the path names.
func (r *request) admit(tx *store.Reader) error {
	if err := r.authenticate(tx); err != nil {
		return err
	}
	return r.checkPath(tx)
}

func (r *request) authenticate(tx *store.Reader) error {
	who, token, err := account.Authenticate(tx, r.hash)
	if err != nil {
		return err
	}
	r.who, r.token, r.due = who.Actor(), token, token.TouchDue(tx.Now()) && tx.CheckClock() == nil
	tx.As(r.who)
	return access.CheckRole(r.who, r.route.action)
}

// checkPath checks the area that the path names, itself or by an id.
func (r *request) checkPath(tx *store.Reader) error {
	for _, p := range r.gin.Params {
		if p.Key == "area" || p.Key == "code" {
			at, err := r.areaParam(p.Key)
			if err != nil {
				return err
			}
			return r.check(at)
		}
	}
	for _, s := range subjects {
		if !r.under(s.path) {
			continue
		}
		id, err := r.idParam("id")
		if err != nil {
			return err
		}
		at, err := s.locate(tx, id)
		if fault.Is(err, fault.NotFound) {
			return access.Unseen() // as what is out of sight is answered
		}
		if err != nil {
			return err
		}
		return r.check(at)
	}
	return nil
}

// under reports whether the route is the path or lies below it.
func (r *request) under(path string) bool {
	rest, ok := strings.CutPrefix(r.route.path, path)
	return ok && (rest == "" || rest[0] == '/')
}

// unlessAbsent returns the refusal of a request, but where it is for the request's form, and what
// the path names does not exist or is not for the actor, that: it comes first in the contract. It is
// looked up only then, for the use case of a well-formed request does so itself.
func (r *request) unlessAbsent(refusal error) error {
	form := []fault.Code{fault.NotAcceptable, fault.TooLarge, fault.UnsupportedMediaType, fault.InvalidRequest}
	if !slices.ContainsFunc(form, func(c fault.Code) bool { return fault.Is(refusal, c) }) {
		return refusal
	}
	for _, f := range findings {
		if !r.under(f.path) || !slices.Contains(f.methods, r.route.method) {
			continue
		}
		err := r.read(func(tx *store.Reader) error { return f.find(r, tx) })
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) {
			return err
		}
		break
	}
	return refusal
}

// check fails with NotFound or Forbidden when the actor may not do the route's action at the area.
func (r *request) check(at area.Code) error { return access.Check(r.who, r.route.action, at) }

// actor is who asks; the zero value on a public route.
func (r *request) actor() access.Actor { return r.who }

// lang is the language of the answer: "zh-CN" or "en".
func (r *request) lang() string { return r.lg }

// text returns t in the language of the answer.
func (r *request) text(t fault.Text) string { return t.In(r.lg) }

// read runs do on a snapshot without answering: the request's one View on a GET, else one of its own.
func (r *request) read(do func(tx *store.Reader) error) error {
	if r.tx != nil {
		return do(r.tx)
	}
	return r.api.store.View(r.ctx, func(tx *store.Reader) error {
		tx.As(r.who)
		return do(tx)
	})
}

// view answers with what do returns.
func (r *request) view(do func(tx *store.Reader) (answer, error)) error {
	if err := r.settle(); err != nil {
		return err
	}
	return r.read(func(tx *store.Reader) error {
		a, err := do(tx)
		if err != nil {
			return err
		}
		r.out, err = a.encode(r)
		return err
	})
}

// update runs do in one write transaction, commits it and answers with what it returned. A request
// that carries an Idempotency-Key and was answered before is answered so again, and do is not run.
func (r *request) update(do func(tx *store.Writer) (answer, error)) error {
	if err := r.settle(); err != nil {
		return err
	}
	key, err := r.idempotencyKey()
	if err != nil {
		return err
	}
	digest := r.digest()
	var out *encoded
	err = r.api.store.Update(r.ctx, store.By{Actor: r.who, RequestID: r.id}, func(tx *store.Writer) error {
		out = nil
		if r.hash != "" { // the token may have been revoked while the body was read
			if err := r.authenticate(&tx.Reader); err != nil {
				return err
			}
			if err := tx.TouchToken(r.token); err != nil {
				return err
			}
		}
		if key != "" {
			first, err := tx.Remembered(key, digest)
			if err != nil {
				return err
			}
			if first != nil {
				out, err = replayed(first)
				return err
			}
		}
		a, err := do(tx)
		if err != nil {
			return err
		}
		if out, err = a.encode(r); err != nil || key == "" || a.secret {
			return err
		}
		return tx.Remember(key, digest, out.remembered())
	})
	if err != nil {
		return err
	}
	r.out, r.due = out, false
	return nil
}

// settle refuses what the handler did not read: a query, or a body.
func (r *request) settle() error {
	if !r.queried {
		if err := r.query(&struct{}{}); err != nil {
			return err
		}
	}
	if r.decoded || r.route.method == http.MethodGet {
		return nil
	}
	return r.noBody()
}

// touchWait bounds how long an answered request waits to note that its token was used.
const touchWait = 100 * time.Millisecond

// touch notes that the token was used, when that is due, in a transaction of its own, after the client
// has its answer: a standby that is waited for keeps nobody waiting for a read. A failure is only
// logged: the next request tries again. A registry that has just failed is left alone.
func (r *request) touch() {
	if !r.due || r.gin.Writer.Status() >= http.StatusInternalServerError {
		return
	}
	r.gin.Writer.Flush()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), touchWait)
	defer cancel()
	err := r.api.store.Update(ctx, store.By{Actor: r.who, RequestID: r.id, Light: true}, func(tx *store.Writer) error {
		token, _, err := tx.TokenByHash(r.hash) // another request may have noted it meanwhile
		if err != nil {
			return err
		}
		return tx.TouchToken(token)
	})
	if err != nil {
		r.api.log.WarnContext(r.ctx, "token use not noted", "request_id", r.id, "error", err)
	}
}
