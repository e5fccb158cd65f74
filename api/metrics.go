package main

import (
	"brandregistry/internal/store"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what /metrics tells. Its labels are bounded: known methods, patterns of routes, statuses.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMetrics(databaseURL string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "brandregistry_http_request_duration_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "brandregistry_http_requests_in_flight", Help: "Requests being answered."}),
	}
	version, revision := build()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "brandregistry_build_info", Help: "1; its labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision},
	})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.inFlight, info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if isPostgres(databaseURL) { // its server has metrics of its own
		return m
	}
	path := databasePath(databaseURL)
	for _, f := range []struct{ name, help, path string }{
		{"brandregistry_database_bytes", "Size of the database file.", path},
		{"brandregistry_database_wal_bytes", "Size of the write-ahead log.", path + "-wal"},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: f.name, Help: f.help}, func() float64 {
			info, err := os.Stat(f.path)
			if err != nil { // no log when nothing was written since the last checkpoint
				return 0
			}
			return float64(info.Size())
		}))
	}
	return m
}

// databasePath returns the file of a database URL that was checked.
func databasePath(databaseURL string) string {
	file, _ := store.ParseFile(databaseURL)
	return file.Path
}

var knownMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// Observe is v1.Observer's.
func (m *metrics) Observe(method, route string, status int, took time.Duration) {
	if !slices.Contains(knownMethods, method) {
		method = "other"
	}
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// handler serves /metrics.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second}))
	return mux
}

// flight counts what is being answered.
func (m *metrics) flight(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.inFlight.Inc()
		defer m.inFlight.Dec()
		next.ServeHTTP(w, r)
	})
}

// measured observes a handler outside the API.
func (m *metrics) measured(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		m.Observe(r.Method, route, seen.status, time.Since(began))
	})
}

// statusWriter remembers the status that was written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
