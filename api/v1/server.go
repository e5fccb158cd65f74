// Package v1 is the HTTP API under /api/v1: the routes, the one adapter between HTTP and the use
// cases, and the wire types.
package v1

import (
	"brandregistry/internal/account"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"
	"github.com/google/uuid"
)

// Base is what every path of the API begins with.
const Base = "/api/v1"

// MaxBody is the size of the largest JSON body that is read, in bytes.
const MaxBody = 1 << 20

// Config is what a server of the API is made of.
type Config struct {
	Store          *store.Store
	Logger         *slog.Logger     // nil: nothing is logged
	Origins        []string         // whose pages may call the API (CORS): scheme://host, or "*"; none: no CORS
	TrustedProxies []netip.Prefix   // whose X-Forwarded-For is believed, none mapped from IPv4; none: nobody's
	Observer       Observer         // nil: nothing is measured
	NewID          func() string    // ids of requests; nil: UUIDv7
	Random         io.Reader        // where tokens and salts are drawn from; nil: crypto/rand
	Limiter        *account.Limiter // limits the guessing of passwords; nil: a new one
}

// Observer is told of every answered request. The route is its pattern, such as
// /api/v1/accounts/:id, and "" when there is none.
type Observer interface {
	Observe(method, route string, status int, took time.Duration)
}

// api is what all requests share.
type api struct {
	store     *store.Store
	log       *slog.Logger
	observer  Observer
	newID     func() string
	validator *validator.Validate
	cors      gin.HandlerFunc // nil: no CORS
	origins   []string
	proxies   []netip.Prefix

	random  io.Reader
	hasher  *account.Hasher
	guesses *account.Limiter
	files   media.Queue // that are decoded
}

// New returns the handler of everything under Base. It panics when an origin of the
// configuration is malformed.
func New(cfg Config) http.Handler { return newHandler(cfg, routes) }

func newHandler(cfg Config, routes []route) http.Handler {
	a := &api{
		store: cfg.Store, log: cfg.Logger, observer: cfg.Observer, newID: cfg.NewID,
		validator: newValidator(), origins: cfg.Origins, proxies: cfg.TrustedProxies,
		random: cfg.Random, guesses: cfg.Limiter,
	}
	if a.random == nil {
		a.random = rand.Reader
	}
	if a.guesses == nil {
		a.guesses = account.NewLimiter()
	}
	a.hasher = account.NewHasher(a.random)
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.newID == nil {
		a.newID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if len(cfg.Origins) > 0 {
		a.cors = newCORS(cfg.Origins)
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.ContextWithFallback = false
	engine.ForwardedByClientIP = false // see clientIP
	engine.NoRoute(a.serve(route{handle: noRoute}))
	engine.NoMethod(headAsGet(engine), a.serve(route{handle: noMethod}))
	for _, rt := range routes {
		engine.Handle(rt.method, Base+rt.path, a.serve(rt))
	}
	return engine
}
