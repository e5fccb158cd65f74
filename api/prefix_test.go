package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Behind a proxy that serves the program below a path and takes the path off, the page of the document
// works: each reference of the page, of its styles and of its script leads to what is there.
func TestDocsBehindAPathPrefix(t *testing.T) {
	elsewhere(t)
	program, err := url.Parse(start(t).url)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux() // nothing is served beside the prefix
	mux.Handle("/registry/", http.StripPrefix("/registry", httputil.NewSingleHostReverseProxy(program)))
	proxy := httptest.NewServer(mux)
	defer proxy.Close()
	read := func(at string) string {
		t.Helper()
		answer, err := http.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || answer.Request.URL.String() != at {
			t.Errorf("%s: %d at %s, %v", at, answer.StatusCode, answer.Request.URL, err)
		}
		return string(body)
	}
	reference := regexp.MustCompile(`(?:src|href)="([^"]*)"`)
	styled := regexp.MustCompile(`url\(["']?([^"')]*)`)
	for _, page := range []string{"/registry/docs", "/registry/docs/", "/registry/docs/page/index.html"} {
		at, err := url.Parse(proxy.URL + page)
		if err != nil {
			t.Fatal(err)
		}
		found := reference.FindAllStringSubmatch(read(at.String()), -1)
		if len(found) < 8 {
			t.Errorf("%s refers to %v", page, found)
		}
		for _, r := range found {
			to, err := at.Parse(r[1])
			if err != nil {
				t.Fatal(err)
			}
			content := read(to.String())
			if !strings.HasSuffix(to.Path, ".css") {
				continue
			}
			for _, s := range styled.FindAllStringSubmatch(content, -1) {
				if to, err := to.Parse(s[1]); err != nil || (to.Scheme != "data" && to.Scheme != "") && !strings.HasPrefix(to.String(), proxy.URL+"/registry/") {
					t.Errorf("%s refers to %s, %v", r[1], s[1], err)
				}
			}
		}
	}
	script := read(proxy.URL + "/registry/docs/page/init.js")
	if absolute := regexp.MustCompile(`['"\x60]/[a-z]`).FindString(script); absolute != "" {
		t.Errorf("the script refers to an address from the root on: %s", absolute)
	}
	read(proxy.URL + "/registry/openapi.json")
	if status, _, _ := get(t, proxy.URL+"/registry/api/v1/me", ""); status != http.StatusUnauthorized {
		t.Errorf("the API behind the proxy is answered %d", status)
	}
}
