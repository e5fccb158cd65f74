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
	"os"
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
	if err := checkTempDir(); err != nil {
		return usage(err)
	}
	listeners, err := listen(settings) // first: where it fails, nothing was made or remade
	if err != nil {
		return err
	}
	registry, err := c.registry(p, settings)
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	settings.databaseURL = registry.url
	s := server{config: settings, store: registry.store, log: p.logger(settings)}
	err = s.serve(p.ctx, listeners, func(address string) {
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
	err = checkStorage(p, settings, s)
	if err == nil {
		err = checkFrequency(p, settings, s)
	}
	if err == nil {
		err = firstStart(p, settings, s)
	}
	if err != nil {
		return opened{}, errors.Join(err, s.Close())
	}
	return opened{store: s, url: settings.databaseURL}, nil
}

// checkStorage fails when the registry's file cannot be written. A server of PostgreSQL that takes no
// writes may be a standby, which will: of it, and of stamps ahead of the clock, only the log tells.
func checkStorage(p *invocation, settings config, s *store.Store) error {
	err := s.CheckWritable(p.ctx)
	if err != nil && !isPostgres(settings.databaseURL) {
		return usage(err)
	}
	if err = errors.Join(err, s.View(p.ctx, (*store.Reader).CheckClock)); err != nil {
		p.logger(settings).Error("not ready: what is written will be refused", "error", err)
	}
	return nil
}

// checkTempDir fails when no file can be made where uploads are put while they are checked.
func checkTempDir() error {
	f, err := os.CreateTemp("", "upload-*")
	if err == nil {
		_, err = f.WriteString("x")
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return fmt.Errorf("临时文件夹 %s 不能写入：%w。上传的文件先放在那里。请建立它、改正权限或腾出空间，或把 TMPDIR 设为另一个可写的文件夹", os.TempDir(), err)
	}
	return nil
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

// listen opens the addresses of the API and, when there is to be one, of the metrics.
func listen(settings config) (listeners []net.Listener, err error) {
	l, err := net.Listen("tcp", settings.listen)
	if err != nil {
		return nil, fmt.Errorf("无法监听 LISTEN（--listen）%q：%w", settings.listen, err)
	}
	listeners = append(listeners, l)
	if settings.metricsListen == "" {
		return listeners, nil
	}
	if l, err = net.Listen("tcp", settings.metricsListen); err != nil {
		return nil, errors.Join(fmt.Errorf("无法监听 METRICS_LISTEN（--metrics-listen）%q：%w", settings.metricsListen, err), closeAll(listeners))
	}
	return append(listeners, l), nil
}

func closeAll(listeners []net.Listener) error {
	var errs []error
	for _, l := range listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// serve calls ready with the address of the API and serves at the listeners until ctx ends. Requests in
// flight are finished, for at most grace.
func (s server) serve(ctx context.Context, listeners []net.Listener, ready func(address string)) (err error) {
	m := newMetrics(s.config.databaseURL)
	api := v1.New(v1.Config{
		Store: s.store, Logger: s.log, Observer: m,
		Origins: s.config.corsOrigins, TrustedProxies: s.config.trustedProxies,
	})
	running := []*http.Server{s.httpServer(m.flight(s.outside(api, m)))}
	if len(listeners) > 1 {
		s.log.Info("metrics", "address", listeners[1].Addr().String())
		running = append(running, s.httpServer(m.handler()))
	}
	failed := make(chan error, len(running))
	for i, h := range running {
		go func() { failed <- h.Serve(listeners[i]) }()
	}
	ready(listeners[0].Addr().String())
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.log.Info("stopping")
	}
	return errors.Join(err, stop(running))
}

func (s server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: lingering(h), ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
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
