// Package main is the registry's program.
package main

import (
	"brandregistry/internal/store"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	_ "time/tzdata" // an empty container image has no table of time zones

	"github.com/alecthomas/kong"
)

// main runs the program.
//
//	@title			基层党建品牌与“两新”组织覆盖登记系统 接口
//	@version		1.0.0
//	@description	区县基层党建品牌申报、公示、认定与“两新”组织覆盖情况逐期填报、审核、汇总与留痕的接口。约定：JSON 为 snake_case，时刻为 RFC 3339 UTC，日期为 YYYY-MM-DD；错误为 application/problem+json，code 不随语言变化，文字随 Accept-Language（zh-CN 或 en）；修改已有内容须带 If-Match；POST 可带 Idempotency-Key，重试不会重复生效；能 GET 的地址都能 HEAD，只答响应头；请求体不能压缩；Accept 里没有可给的类型时答 406。
//	@contact.name	系统管理员（所在单位的信息中心）
//	@BasePath		/api/v1
//	@tag.name		session
//	@tag.description	登录、退出、本人信息与口令
//	@tag.name		tasks
//	@tag.description	本人待办
//	@tag.name		coverage
//	@tag.description	“两新”组织覆盖情况：填报、提交、退回、审核、更正、版次与历史
//	@tag.name		brands
//	@tag.description	党建品牌：申报、公示、认定、复核、撤销、材料与历史
//	@tag.name		reports
//	@tag.description	报表：覆盖情况、品牌、目标、报送进度、趋势
//	@tag.name		plan
//	@tag.description	填报时间、延期与目标
//	@tag.name		areas
//	@tag.description	行政区划
//	@tag.name		accounts
//	@tag.description	账号与令牌
//	@tag.name		audit_events
//	@tag.description	审计日志
func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(60) // less memory at rest, see docs/performance.md
	}
	if os.Getenv("GOMEMLIMIT") == "" && slices.Contains(os.Args, "serve") {
		debug.SetMemoryLimit(serveMemory)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// serveMemory is from how much memory on the server collects its garbage at once, in bytes: beside what it
// needs at rest, one picture that is decoded (media.MaxDecoded) has room below it.
const serveMemory = 140 << 20

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // it did not work; of check: something was found
	exitUsage  = 2 // the arguments or settings are wrong; of check: it cannot run
)

// commands is the command line.
type commands struct {
	settings `embed:""`

	Serve   serveCommand   `cmd:"" help:"启动服务 (run the server)。"`
	Migrate migrateCommand `cmd:"" help:"把数据库升级到本程序的结构 (bring the database up to date)。"`
	Areas   struct {
		Import importAreasCommand `cmd:"" help:"从 CSV 导入区划 (import areas)。"`
	} `cmd:"" help:"区划 (areas)。"`
	Account struct {
		Create createAccountCommand `cmd:"" help:"新建账号 (create an account)。"`
	} `cmd:"" help:"账号 (accounts)。"`
	Token struct {
		Create createTokenCommand `cmd:"" help:"签发令牌，只显示一次 (issue a token, shown once)。"`
		Revoke revokeTokenCommand `cmd:"" help:"立即吊销令牌 (revoke a token)。"`
	} `cmd:"" help:"令牌 (tokens)。"`
	Clock struct {
		Reset resetClockCommand `cmd:"" help:"机器日期出错、登记库的时钟超前之后把它拨回 (move a clock that is ahead back)。"`
	} `cmd:"" help:"登记库的时钟 (the registry's clock)。"`
	Copy    copyCommand    `cmd:"" help:"把整个登记库复制到另一个空库并核对，可在 SQLite 与 PostgreSQL 之间 (copy a registry into an empty database)。"`
	Backup  backupCommand  `cmd:"" help:"在运行中备份数据文件，核对之后才留下 (back the file up while the server runs)。"`
	Restore restoreCommand `cmd:"" help:"核对备份并用它替换数据文件，原有的改名留着；须先停服务 (replace the file by a backup)。"`
	Check   checkCommand   `cmd:"" help:"核对数据库、审计链与汇总有无自相矛盾：0 未发现问题，1 有问题，2 无法核对 (find what contradicts itself in the registry)。"`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"输出接口文档 (print the OpenAPI document)。"`
	Health  healthCommand  `cmd:"" help:"询问本机服务是否就绪，供容器健康检查 (ask whether the server is ready)。"`
	Version versionCommand `cmd:"" help:"显示版本 (print the version)。"`
}

// invocation is what a subcommand runs with.
type invocation struct {
	ctx            context.Context
	settings       settings
	given          map[string]bool // flags that stand on the command line
	stdout, stderr io.Writer
}

// exit ends a run with a status; its error, when there is one, was not printed yet.
type exit struct {
	code int
	err  error
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// usage marks an error of the arguments or settings.
func usage(err error) error { return exit{exitUsage, err} }

// run is the program, without what it shares with other programs: it returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (code int) {
	var cli commands
	type stopped int // --help was printed
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(stopped)
			if !ok {
				panic(r)
			}
			code = int(s)
		}
	}()
	parser, err := kong.New(&cli,
		kong.Name("brandregistry"),
		kong.Description("基层党建品牌与“两新”组织覆盖登记系统 (registry of party-building brands and two-new coverage)"),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(stopped(code)) }),
		kong.Resolvers(environment(getenv)),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: "运行参数，也可用同名环境变量给出 (settings, also from the environment):"}}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic(err) // the grammar above is wrong: the first test meets it
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "brandregistry: 命令有误：%v。用 --help 查看用法。\n", err)
		return exitUsage
	}
	given := map[string]bool{}
	for _, p := range parsed.Path {
		if p.Flag != nil && !p.Resolved {
			given[p.Flag.Name] = true
		}
	}
	err = parsed.Run(&invocation{ctx, cli.settings, given, stdout, stderr})
	if err == nil {
		return exitOK
	}
	var e exit
	if !errors.As(err, &e) {
		e = exit{exitFailed, err}
	}
	if e.err != nil {
		fmt.Fprintf(stderr, "brandregistry: %s\n", message(e.err))
	}
	return e.code
}

// open opens the registry that the settings name.
func (p *invocation) open(c config, migrate bool) (*store.Store, error) {
	return p.openAs(c, store.Options{}, migrate)
}

// openAs is open with further options.
func (p *invocation) openAs(c config, o store.Options, migrate bool) (*store.Store, error) {
	o.URL, o.Calendar, o.Brands = c.databaseURL, c.calendar, c.brands
	s, err := store.Open(p.ctx, o, migrate)
	if unwritable := (store.Unwritable{}); errors.As(err, &unwritable) {
		return nil, usage(unwritable)
	}
	if err != nil {
		return nil, fmt.Errorf("无法打开数据库 %s：%w", redacted(c.databaseURL), err)
	}
	return s, nil
}

// logger writes JSON lines to standard error.
func (p *invocation) logger(c config) *slog.Logger {
	return slog.New(slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: c.logLevel}))
}

// within opens the registry, which must be there with this program's schema, and closes it after do.
func (p *invocation) within(do func(*store.Store) error) error {
	return p.withinAs(store.Options{}, do)
}

// withinAs is within with further options.
func (p *invocation) withinAs(o store.Options, do func(*store.Store) error) error {
	c, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	if err := databaseExists(c.databaseURL); err != nil {
		return usage(fmt.Errorf("找不到数据库，请核对 DATABASE_URL（--database-url）%q：%w", redacted(c.databaseURL), err))
	}
	s, err := p.openAs(c, o, false)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// databaseExists fails when the file is not there, which SQLite would then make. Of PostgreSQL opening
// it tells.
func databaseExists(databaseURL string) error {
	if isPostgres(databaseURL) {
		return nil
	}
	path := databasePath(databaseURL)
	if _, err := os.Stat(path); err != nil && !store.IsInterrupted(path) { // which opening it tells, too
		return err
	}
	return nil
}

// use opens the registry, making it or bringing its schema up to date first when migrate is true, and
// closes it after do.
func (p *invocation) use(c config, migrate bool, do func(*store.Store) error) error {
	s, err := p.open(c, migrate)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
