package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

type healthCommand struct{}

// Run asks the server of this machine for /readyz and fails unless it is ready.
func (c *healthCommand) Run(p *invocation) error {
	settings, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, 4*time.Second)
	defer cancel()
	url := "http://" + reachable(settings.listen) + "/readyz"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy
	answer, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("服务没有应答：%w", err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 1000)) // what came of it is only shown
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("服务未就绪：%s %s", answer.Status, strings.TrimSpace(string(body)))
	}
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
}

// reachable returns where a client on this machine finds the listener of an address.
func reachable(listen string) string {
	host, port, _ := net.SplitHostPort(listen) // checked with the settings
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
