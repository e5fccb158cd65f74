package main

import (
	"brandregistry/internal/access"
	"brandregistry/internal/demo"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// demoFile is the demo's database, in the working directory.
const demoFile = "demo.db"

// openDemo remakes the demo's database. It takes neither the settings' database nor their area and
// frequency: the demo has its own.
func openDemo(p *invocation, settings config) (_ opened, err error) {
	if p.given["database-url"] {
		return opened{}, usage(errors.New("--demo 与 --database-url 不能同时使用：演示数据总在当前目录的 " + demoFile + "，每次启动都重建"))
	}
	if !isPostgres(settings.databaseURL) {
		if same, err := sameFile(databasePath(settings.databaseURL), demoFile); err != nil || same {
			return opened{}, usage(errors.Join(fmt.Errorf("DATABASE_URL 指向当前目录的 %s，而 --demo 会重建它。请换一个目录启动演示", demoFile), err))
		}
	}
	clock, url := &demo.Clock{}, "file:"+demoFile
	s, err := store.Remake(p.ctx, store.Options{
		URL: url, Clock: clock.Now,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: settings.calendar.Location},
		Brands:   settings.brands,
	})
	if err != nil {
		return opened{}, fmt.Errorf("无法重建 %s：%w", demoFile, err)
	}
	built, err := demo.Build(p.ctx, s, clock)
	if err != nil {
		return opened{}, errors.Join(err, s.Close())
	}
	return opened{store: s, url: url, greeting: func(address string) { greet(p, built, address) }}, nil
}

// sameFile reports whether both paths are the same file, if both exist.
func sameFile(a, b string) (bool, error) {
	x, err := os.Stat(a)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	y, err := os.Stat(b)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(x, y), err
}

// greet prints the accounts, and what to do first.
func greet(p *invocation, built demo.Demo, address string) {
	reviewer := ""
	for _, l := range built.Logins {
		if l.Role == access.Reviewer {
			reviewer = l.Token
		}
		fmt.Fprintf(p.stdout, "demo-token role=%s area=%s username=%s token=%s\n", l.Role, l.Area, l.Username, l.Token)
	}
	fmt.Fprintf(p.stdout, "接口文档 http://%s/docs\n", address)
	fmt.Fprintf(p.stdout, "curl -H 'Authorization: Bearer %s' 'http://%s/api/v1/reports/coverage?area=%s&period=%s'\n", reviewer, address, demo.District, built.Last)
}
