package main

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// settings are the environment variables of the program, each with a flag of the same name: a flag
// goes before its variable, a variable that is empty counts as not set.
type settings struct {
	DatabaseURL     string `group:"settings" name:"database-url" default:"file:registry.db" placeholder:"URL" help:"DATABASE_URL：数据库，file:路径 或 postgres://… (database, file:PATH or postgres://…)，默认 ${default}。"`
	Listen          string `group:"settings" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"LISTEN：接口监听地址，端口 0 由系统选定 (address of the API)，默认 ${default}。"`
	MetricsListen   string `group:"settings" placeholder:"HOST:PORT" help:"METRICS_LISTEN：监控指标的监听地址，默认关闭 (address of /metrics, off)。"`
	Area            string `group:"settings" placeholder:"CODE" help:"AREA：空库首次启动必填，根区划代码，如 330109；0 为全国 (root area of an empty registry)。"`
	PeriodFrequency string `group:"settings" default:"quarter" placeholder:"FREQUENCY" help:"PERIOD_FREQUENCY：报告期频率 year、quarter、month (reporting frequency)，默认 ${default}。"`
	PublicityDays   string `group:"settings" default:"5" placeholder:"DAYS" help:"PUBLICITY_DAYS：品牌公示最少天数，0 为不公示 (days of publicity)，默认 ${default}。"`
	RecheckMonths   string `group:"settings" default:"24" placeholder:"MONTHS" help:"RECHECK_MONTHS：品牌认定或复核后多少个月再次复核，0 为不复核 (months until a brand is rechecked)，默认 ${default}。"`
	Timezone        string `group:"settings" default:"Asia/Shanghai" placeholder:"NAME" help:"TIMEZONE：时区 (time zone)，默认 ${default}。"`
	CORSOrigins     string `group:"settings" name:"cors-origins" placeholder:"ORIGIN,…" help:"CORS_ORIGINS：允许跨域的前端来源，逗号分隔 (allowed origins)。"`
	TrustedProxies  string `group:"settings" placeholder:"IP,…" help:"TRUSTED_PROXIES：可信反向代理的地址或网段，逗号分隔 (trusted proxies)。"`
	LogLevel        string `group:"settings" default:"info" placeholder:"LEVEL" help:"LOG_LEVEL：日志级别 debug、info、warn、error (log level)，默认 ${default}。"`
}

// environment resolves the flags of settings from their variables.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if flag.Group == nil || flag.Group.Key != "settings" {
			return nil, nil
		}
		if v := getenv(variable(flag.Name)); v != "" {
			return v, nil
		}
		return nil, nil
	})
}

// variable returns the name of the environment variable of a flag.
func variable(flag string) string { return strings.ToUpper(strings.ReplaceAll(flag, "-", "_")) }

// config is settings that were checked.
type config struct {
	databaseURL    string // file:… or postgres://…
	listen         string
	metricsListen  string    // "": off
	area           area.Code // "": not given
	calendar       period.Calendar
	brands         brand.Policy
	corsOrigins    []string
	trustedProxies []netip.Prefix
	logLevel       slog.Level
}

// misconfigured names the variable, its value and the mend.
func misconfigured(flag, value, mend string) error {
	return fmt.Errorf("%s（--%s）的值 %q 无效：%s", variable(flag), flag, value, mend)
}

// check parses every setting. The error is of the first that is wrong.
func (s settings) check() (c config, err error) {
	for _, step := range []func(*config) error{
		s.database, s.addresses, s.root, s.days, s.publicity, s.recheck, s.origins, s.proxies, s.level,
	} {
		if err := step(&c); err != nil {
			return config{}, err
		}
	}
	return c, nil
}

func (s settings) database(c *config) error {
	if mend := databaseMend(s.DatabaseURL); mend != "" {
		return misconfigured("database-url", redacted(s.DatabaseURL), mend)
	}
	c.databaseURL = s.DatabaseURL
	return nil
}

// databaseMend says what is wrong with a database URL and how to mend it; "" when nothing is.
func databaseMend(raw string) string {
	if isPostgres(raw) {
		return postgresMend(raw)
	}
	if _, err := store.ParseFile(raw); err != nil {
		return err.Error()
	}
	return ""
}

func isPostgres(databaseURL string) bool {
	return strings.HasPrefix(databaseURL, "postgres://") || strings.HasPrefix(databaseURL, "postgresql://")
}

// postgresMend is databaseMend of postgres://user:password@host[:port][,host[:port]…]/database?….
func postgresMend(raw string) string {
	rest, query, _ := strings.Cut(raw, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		return "问号后的参数无法解析，请核对。"
	}
	_, rest, _ = strings.Cut(rest, "://")
	authority, name, _ := strings.Cut(rest, "/")
	user, hosts := "", authority
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		user, hosts = authority[:i], authority[i+1:]
	}
	if _, err := url.PathUnescape(user); err != nil || strings.ContainsAny(user, "/@ #") {
		return "用户名或口令中的特殊字符请按百分号编码，如 @ 写成 %40。"
	}
	if strings.Contains(hosts, "#") || strings.Contains(name, "#") {
		return "含有 #：口令中的特殊字符请按百分号编码，如 # 写成 %23。"
	}
	if hosts == "" && params.Get("host") == "" {
		return "缺少主机，请写成 postgres://用户:口令@主机/数据库。"
	}
	for host := range strings.SplitSeq(hosts, ",") {
		if u, err := url.Parse("postgres://" + host); err != nil || (hosts != "" && u.Hostname() == "") || u.Path != "" {
			return "主机或端口无效，请写成 主机[:端口]，多个用英文逗号分隔；口令中的特殊字符请按百分号编码。"
		}
	}
	if (name == "" && params.Get("dbname") == "") || strings.Contains(name, "/") {
		return "缺少数据库名，请写成 postgres://用户:口令@主机/数据库。"
	}
	return ""
}

// redacted hides what may be secret in a database URL, also in one that is written wrong.
func redacted(raw string) string {
	scheme, rest, isURL := strings.Cut(raw, "://")
	place, query, _ := strings.Cut(rest, "?") // a password may stand among the parameters, too
	switch {
	case strings.HasPrefix(raw, "file:"):
		return raw
	case !isURL && strings.ContainsAny(raw, "@="): // user:password@host, or host=… password=…
		return "…"
	case !isURL:
		return raw
	case !isPostgres(raw), strings.Contains(query, "@"): // which may end a password that has a ?
		return scheme + "://…"
	}
	if i := strings.LastIndex(place, "@"); i >= 0 {
		user := place[:i]
		if name, _, secret := strings.Cut(user, ":"); secret {
			user = name + ":xxxxx"
		}
		place = user + place[i:]
	}
	return scheme + "://" + place
}

func (s settings) addresses(c *config) error {
	for _, a := range []struct {
		flag, value string
		into        *string
	}{{"listen", s.Listen, &c.listen}, {"metrics-listen", s.MetricsListen, &c.metricsListen}} {
		if a.value == "" && a.flag == "metrics-listen" {
			continue
		}
		_, port, err := net.SplitHostPort(a.value)
		if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || strconv.FormatUint(n, 10) != port {
			return misconfigured(a.flag, a.value, "请写成“主机:端口”，端口为 0 至 65535，如 127.0.0.1:8080；IPv6 地址加方括号，如 [::1]:8080。")
		}
		*a.into = a.value
	}
	if c.metricsListen == c.listen && !strings.HasSuffix(c.listen, ":0") {
		return misconfigured("metrics-listen", s.MetricsListen, "不能与 LISTEN 相同，请换一个端口，如 127.0.0.1:9090。")
	}
	return nil
}

func (s settings) root(c *config) error {
	if s.Area == "" {
		return nil
	}
	code, err := area.Parse(s.Area)
	if err != nil {
		return misconfigured("area", s.Area, "请填 0（全国），或 2、4、6、9 位行政区划代码，如 330109。")
	}
	c.area = code
	return nil
}

func (s settings) days(c *config) (err error) {
	if c.calendar.Frequency, err = period.ParseFrequency(s.PeriodFrequency); err != nil {
		return misconfigured("period-frequency", s.PeriodFrequency, "请填 year（年）、quarter（季）或 month（月）。")
	}
	c.calendar.Location, err = time.LoadLocation(s.Timezone)
	if err != nil || s.Timezone == "" || s.Timezone == "Local" {
		return misconfigured("timezone", s.Timezone, "请填 IANA 时区名称，如 Asia/Shanghai。")
	}
	return nil
}

func (s settings) publicity(c *config) error {
	n, err := strconv.ParseUint(s.PublicityDays, 10, 16)
	if err != nil || n > 365 {
		return misconfigured("publicity-days", s.PublicityDays, "请填 0 至 365 的整数，0 表示不公示。")
	}
	c.brands.PublicityDays = int(n)
	return nil
}

func (s settings) recheck(c *config) error {
	n, err := strconv.ParseUint(s.RecheckMonths, 10, 16)
	if err != nil || n > 240 {
		return misconfigured("recheck-months", s.RecheckMonths, "请填 0 至 240 的整数，0 表示不复核。")
	}
	c.brands.RecheckMonths = int(n)
	return nil
}

func (s settings) level(c *config) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, known := levels[s.LogLevel]
	if !known {
		return misconfigured("log-level", s.LogLevel, "请填 debug、info、warn 或 error。")
	}
	c.logLevel = level
	return nil
}
