package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
)

// environ is a getenv over a map, and over DATABASE_URL as elsewhere has set it.
func environ(values map[string]string) func(string) string {
	return func(name string) string {
		if value, given := values[name]; given || name != "DATABASE_URL" {
			return value
		}
		return os.Getenv(name)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, c := range []struct {
		variable, value string
		bad             bool
	}{
		{"DATABASE_URL", "file:registry.db", false},
		{"DATABASE_URL", "file:/data/registry.db?cache=private", false},
		{"DATABASE_URL", "file:///data/registry.db", false},
		{"DATABASE_URL", "registry.db", true},
		{"DATABASE_URL", "file:", true},
		{"DATABASE_URL", "file:/data/", true},
		{"DATABASE_URL", "file::memory:", true},
		{"DATABASE_URL", "file:a?mode=memory", true},
		{"DATABASE_URL", "file:a?%zz", true},
		{"DATABASE_URL", "file:区#1.db", false},
		{"DATABASE_URL", "file:100%.db", true},
		{"DATABASE_URL", "file:a?mode=ro", true},
		{"DATABASE_URL", "file:a?cache=shared", true},
		{"DATABASE_URL", "file://registry.db", true},
		{"DATABASE_URL", "mysql://db/x", true},
		{"DATABASE_URL", "postgres://db/x", false},
		{"DATABASE_URL", "postgresql://registry:p%40ss@db.example:5432/registry?sslmode=verify-full", false},
		{"DATABASE_URL", "postgres://registry@a.example:5432,b.example:5433/registry?target_session_attrs=read-write", false},
		{"DATABASE_URL", "postgres:///registry?host=/run/postgresql", false},
		{"DATABASE_URL", "postgres://registry:secret@db.example", true},
		{"DATABASE_URL", "postgres://registry:secret@db.example/", true},
		{"DATABASE_URL", "postgres:///registry", true},
		{"DATABASE_URL", "postgres://registry:secret#1@db.example/registry", true},
		{"DATABASE_URL", "postgres://registry:sec@ret@db.example/registry", true},
		{"DATABASE_URL", "postgres://registry:secret%zz@db.example/registry", true},
		{"DATABASE_URL", "postgres://registry:secret@db.example:five/registry", true},
		{"DATABASE_URL", "postgres://registry:secret@db.example/registry?%zz", true},
		{"DATABASE_URL", "host=db.example password=secret dbname=registry", true},
		{"DATABASE_URL", "mysql://registry:secret@db.example/registry", true},
		{"DATABASE_URL", "postgres://registry:secret?1@db.example/registry", true},
		{"DATABASE_URL", "registry:secret@db.example/registry", true},
		{"LISTEN", "127.0.0.1:0", false},
		{"LISTEN", ":8080", false},
		{"LISTEN", "[::1]:8080", false},
		{"LISTEN", "localhost:65535", false},
		{"LISTEN", "8080", true},
		{"LISTEN", "127.0.0.1", true},
		{"LISTEN", "127.0.0.1:65536", true},
		{"LISTEN", "127.0.0.1:http", true},
		{"LISTEN", "127.0.0.1:+80", true},
		{"LISTEN", "::1:8080", true},
		{"METRICS_LISTEN", "", false},
		{"METRICS_LISTEN", "127.0.0.1:9090", false},
		{"METRICS_LISTEN", "127.0.0.1:8080", true}, // LISTEN's
		{"METRICS_LISTEN", "on", true},
		{"AREA", "", false},
		{"AREA", "0", false},
		{"AREA", "330109", false},
		{"AREA", "33010", true},
		{"AREA", "萧山区", true},
		{"PERIOD_FREQUENCY", "month", false},
		{"PERIOD_FREQUENCY", "Quarter", true},
		{"PERIOD_FREQUENCY", "week", true},
		{"PUBLICITY_DAYS", "0", false},
		{"PUBLICITY_DAYS", "365", false},
		{"PUBLICITY_DAYS", "366", true},
		{"PUBLICITY_DAYS", "-1", true},
		{"PUBLICITY_DAYS", "5.5", true},
		{"RECHECK_MONTHS", "0", false},
		{"RECHECK_MONTHS", "240", false},
		{"RECHECK_MONTHS", "241", true},
		{"RECHECK_MONTHS", "two years", true},
		{"TIMEZONE", "Asia/Urumqi", false},
		{"TIMEZONE", "UTC", false},
		{"TIMEZONE", "Local", true},
		{"TIMEZONE", "北京", true},
		{"CORS_ORIGINS", "https://brands.example, http://localhost:5173", false},
		{"CORS_ORIGINS", "https://brands.example/", true},
		{"CORS_ORIGINS", "https://p.example:443", false},
		{"CORS_ORIGINS", "HTTPS://P.Example", false},
		{"CORS_ORIGINS", "https://p.example/app", true},
		{"CORS_ORIGINS", "https://p.example?x", true},
		{"CORS_ORIGINS", "https://user@p.example", true},
		{"CORS_ORIGINS", "https://p.example:0", true},
		{"CORS_ORIGINS", "https://p.example:65536", true},
		{"CORS_ORIGINS", "http://127.1", true},
		{"CORS_ORIGINS", "null", true},
		{"CORS_ORIGINS", "*", true},
		{"CORS_ORIGINS", "https://p.example,*", true},
		{"CORS_ORIGINS", "https:p.example", true},
		{"CORS_ORIGINS", "brands.example", true},
		{"CORS_ORIGINS", "https://*.example", true},
		{"CORS_ORIGINS", "ftp://brands.example", true},
		{"TRUSTED_PROXIES", "127.0.0.1,::1,172.30.8.0/24", false},
		{"TRUSTED_PROXIES", "fe80::1%eth0", true},
		{"TRUSTED_PROXIES", "fe80::1%eth0/64", true},
		{"TRUSTED_PROXIES", "::ffff:10.1.0.1", false},
		{"TRUSTED_PROXIES", "::ffff:10.1.0.0/112", false},
		{"TRUSTED_PROXIES", "::ffff:10.1.0.0/90", true},
		{"TRUSTED_PROXIES", "0.0.0.0/0", true},
		{"TRUSTED_PROXIES", "::/0", true},
		{"TRUSTED_PROXIES", "10.1.0.1:8080", true},
		{"TRUSTED_PROXIES", "[::1]", true},
		{"TRUSTED_PROXIES", "10.0.0.0/08", true},
		{"TRUSTED_PROXIES", "proxy.example", true},
		{"TRUSTED_PROXIES", "10.0.0.0/33", true},
		{"LOG_LEVEL", "debug", false},
		{"LOG_LEVEL", "verbose", true},
	} {
		var out, errs strings.Builder
		// health checks its settings first; nothing answers it.
		code := run(context.Background(), []string{"health"}, environ(map[string]string{c.variable: c.value, "LISTEN": listenOr(c.variable, c.value)}), &out, &errs)
		if got := code == exitUsage; got != c.bad {
			t.Errorf("%s=%q: status %d, refused %v, want %v: %s", c.variable, c.value, code, got, c.bad, errs.String())
		}
		if said := errs.String(); c.bad && (strings.Contains(said, "secret") || !strings.Contains(said, c.variable) || !strings.Contains(said, "请")) {
			t.Errorf("%s=%q: the error names neither the variable nor the mend: %s", c.variable, c.value, said)
		}
	}
}

// listenOr is the value of LISTEN beside the variable under test.
func listenOr(variable, value string) string {
	switch variable {
	case "LISTEN":
		return value
	case "METRICS_LISTEN":
		return "127.0.0.1:8080"
	}
	return "127.0.0.1:1" // where nothing answers
}

func TestSettingsDefaultsAndFlags(t *testing.T) {
	s := settings{DatabaseURL: "file:registry.db", Listen: "127.0.0.1:8080", PeriodFrequency: "quarter", PublicityDays: "5", RecheckMonths: "24", Timezone: "Asia/Shanghai", LogLevel: "info"}
	c, err := s.check()
	if err != nil || c.calendar.Location.String() != "Asia/Shanghai" || c.brands.PublicityDays != 5 || c.brands.RecheckMonths != 24 || c.logLevel != slog.LevelInfo || c.metricsListen != "" || c.area != "" {
		t.Errorf("defaults give %+v, %v", c, err)
	}
	t.Chdir(t.TempDir())
	env := environ(map[string]string{"DATABASE_URL": "file:from-env.db"})
	for _, step := range []struct {
		args []string
		file string
	}{
		{[]string{"migrate"}, "from-env.db"},
		{[]string{"migrate", "--database-url", "file:from-flag.db"}, "from-flag.db"},
		{[]string{"--database-url=file:before.db", "migrate"}, "before.db"},
	} {
		var out, errs strings.Builder
		if code := run(context.Background(), step.args, env, &out, &errs); code != exitOK {
			t.Fatalf("%v: status %d: %s", step.args, code, errs.String())
		}
		if _, err := os.Stat(step.file); err != nil {
			t.Errorf("%v: %v", step.args, err)
		}
	}
}

func TestRedacted(t *testing.T) {
	for raw, want := range map[string]string{
		"file:registry.db":                                      "file:registry.db",
		"postgres://db.example/registry":                        "postgres://db.example/registry",
		"postgres://registry@db.example/r":                      "postgres://registry@db.example/r",
		"postgres://r:secret@a,b:5433/registry?password=secret": "postgres://r:xxxxx@a,b:5433/registry",
		"postgres://r:sec@ret@a/registry":                       "postgres://r:xxxxx@a/registry",
		"postgres://r:sec%ret@a/registry":                       "postgres://r:xxxxx@a/registry",
		"host=a password=secret":                                "…",
		"mysql://r:secret@a/b":                                  "mysql://…",
		"postgres://r:secret?1@a/registry":                      "postgres://…",
		"postgres://a/registry?password=secret@1":               "postgres://…",
		"postgres:r:secret@a/registry":                          "…",
		"r:secret@a/registry":                                   "…",
		"registry.db":                                           "registry.db",
		"file:a@b=c.db":                                         "file:a@b=c.db",
	} {
		if got := redacted(raw); got != want || strings.Contains(got, "secret") {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func TestDatabasePath(t *testing.T) {
	for url, want := range map[string]string{
		"file:registry.db":              "registry.db",
		"file:/data/registry.db?a=b":    "/data/registry.db",
		"file:///data/registry.db":      "/data/registry.db",
		"file://localhost/data/r.db":    "/data/r.db",
		"file:/data/%E5%BA%93/r%20g.db": "/data/库/r g.db",
		"file:区#1.db":                   "区#1.db",
	} {
		if got := databasePath(url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
