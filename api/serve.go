package main

import (
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	v1 "brandregistry/api/v1"
)

type serveCommand struct {
	Demo bool `help:"在当前目录重建 demo.db，装入演示数据 (remake demo.db with invented data)。"`
}

// The server's limits. A request that has begun is finished within grace when the program is told to
// stop.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 120 * time.Second // a file of 10 MiB over a line of 0.7 Mbit/s
	writeTimeout      = 180 * time.Second // from the head of the request on
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 32 << 10
	grace             = 20 * time.Second
)

// Run serves until the program is told to stop.
func (c *serveCommand) Run(p *invocation) error {
	settings, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	registry, err := c.registry(p, settings)
	if err != nil {
		return err
	}
	settings.databaseURL = registry.url
	s := server{config: settings, store: registry.store, log: p.logger(settings)}
	err = s.serve(p.ctx, func(address string) {
		if registry.greeting != nil {
			registry.greeting(address)
		}
		fmt.Fprintf(p.stdout, "listening on http://%s\n", address)
	})
	return errors.Join(err, registry.store.Close())
}

// opened is a registry that is ready to be served.
type opened struct {
	store    *store.Store
	url      string               // where it is
	greeting func(address string) // what is printed before the address; nil: nothing
}

func (c *serveCommand) registry(p *invocation, settings config) (opened, error) {
	if c.Demo {
		return openDemo(p, settings)
	}
	s, err := p.open(settings, true)
	if err != nil {
		return opened{}, err
	}
	err = checkFrequency(p, settings, s)
	if err == nil {
		err = firstStart(p, settings, s)
	}
	if err != nil {
		return opened{}, errors.Join(err, s.Close())
	}
	return opened{store: s, url: settings.databaseURL}, nil
}

// checkFrequency fails when the registry was reported in by another frequency: nobody could reach
// what it holds.
func checkFrequency(p *invocation, settings config, s *store.Store) error {
	var known period.ID
	err := s.View(p.ctx, func(tx *store.Reader) (err error) {
		known, err = tx.AnyPeriod()
		return err
	})
	if err != nil || known == "" || known.Frequency() == settings.calendar.Frequency {
		return err
	}
	return usage(misconfigured("period-frequency", string(settings.calendar.Frequency), fmt.Sprintf("库中已有 %s 的数据，请改回 %s。", known, known.Frequency())))
}

// server is the HTTP side of the program.
type server struct {
	config config
	store  *store.Store
	log    *slog.Logger
}

// serve listens, calls ready with the address, and serves until ctx ends. Requests in flight are
// finished, for at most grace.
func (s server) serve(ctx context.Context, ready func(address string)) error {
	m := newMetrics(s.config.databaseURL)
	api := v1.New(v1.Config{
		Store: s.store, Logger: s.log, Observer: m,
		Origins: s.config.corsOrigins, TrustedProxies: s.config.trustedProxies,
	})
	listener, err := net.Listen("tcp", s.config.listen)
	if err != nil {
		return fmt.Errorf("无法监听 LISTEN（--listen）%q：%w", s.config.listen, err)
	}
	running := []*http.Server{s.httpServer(m.flight(s.outside(api, m)))}
	listeners := []net.Listener{listener}
	if s.config.metricsListen != "" {
		l, err := net.Listen("tcp", s.config.metricsListen)
		if err != nil {
			return errors.Join(fmt.Errorf("无法监听 METRICS_LISTEN（--metrics-listen）%q：%w", s.config.metricsListen, err), listener.Close())
		}
		s.log.Info("metrics", "address", l.Addr().String())
		running, listeners = append(running, s.httpServer(m.handler())), append(listeners, l)
	}
	failed := make(chan error, len(running))
	for i, h := range running {
		go func() { failed <- h.Serve(listeners[i]) }()
	}
	ready(listener.Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.log.Info("stopping")
	}
	return errors.Join(err, stop(running))
}

func (s server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes,
	}
}

// stop ends the servers, the first one first: it accepts nothing more and finishes what it has begun.
func stop(servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	var errs []error
	for _, h := range servers {
		if err := h.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%v 内未能答完全部请求：%w", grace, err), h.Close())
		}
	}
	return errors.Join(errs...)
}
