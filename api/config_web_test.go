package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	v1 "brandregistry/api/v1"

	"pgregory.net/rapid"
)

// checkedWeb checks the settings of the web alone.
func checkedWeb(origins, proxies string) (config, error) {
	return settings{
		DatabaseURL: "file:registry.db", Listen: "127.0.0.1:8080", PeriodFrequency: "quarter", PublicityDays: "5", RecheckMonths: "24",
		Timezone: "Asia/Shanghai", LogLevel: "info", CORSOrigins: origins, TrustedProxies: proxies,
	}.check()
}

func TestOriginsAreWrittenAsBrowsersDo(t *testing.T) {
	for raw, want := range map[string]string{
		"https://p.example":                       "https://p.example",
		"https://p.example:443":                   "https://p.example",
		"http://p.example:80":                     "http://p.example",
		"http://p.example:443":                    "http://p.example:443",
		"https://p.example:0443":                  "https://p.example",
		"https://p.example:08443":                 "https://p.example:8443",
		"https://p.example:":                      "https://p.example",
		"HTTPS://P.Example:8443":                  "https://p.example:8443",
		"https://品牌.example":                      "https://xn--jvr800e.example",
		"https://ＡＢＣ.example":                     "https://abc.example",
		"https://p。example":                       "https://p.example",
		"https://xn--jvr800e.example":             "https://xn--jvr800e.example",
		"http://my_app:3000":                      "http://my_app:3000",
		"http://127.0.0.1:5173":                   "http://127.0.0.1:5173",
		"http://[::1]:5173":                       "http://[::1]:5173",
		"http://[2001:DB8:0:0::1]":                "http://[2001:db8::1]",
		"https://p.example,https://p.example:443": "https://p.example",
	} {
		c, err := checkedWeb(raw, "")
		if err != nil || !slices.Equal(c.corsOrigins, []string{want}) {
			t.Errorf("%s becomes %v, %v; want %s", raw, c.corsOrigins, err, want)
			continue
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, v1.Base+"/none", nil)
		req.Header.Set("Origin", want)
		w := httptest.NewRecorder()
		v1.New(v1.Config{Origins: c.corsOrigins}).ServeHTTP(w, req)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: a page of %s is allowed %q", raw, want, got)
		}
	}
}

// A setting that is refused says what to write instead.
func TestWebSettingsNameTheMend(t *testing.T) {
	for _, c := range []struct{ origins, proxies, want string }{
		{"https://P.example:443/", "", "请写成 https://p.example。"},
		{"https://p.example/app?x#y", "", "请写成 https://p.example。"},
		{"", "fe80::1%eth0", "请去掉 %eth0，写成 fe80::1。"},
		{"", "fe80::1%eth0/64", "请去掉 %eth0，写成 fe80::1/64。"},
		{"", "10.0.0.0/33", "如 10.0.0.0/32。"},
		{"", "10.1.0.1:8080", "不带端口"},
		{"", "0.0.0.0/0", "请只填反向代理自己的地址"},
	} {
		_, err := checkedWeb(c.origins, c.proxies)
		value := c.origins + c.proxies
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), `"`+value+`"`) {
			t.Errorf("%s: %v; want the value and %s", value, err, c.want)
		}
	}
}

func TestProxiesAreNetworks(t *testing.T) {
	c, err := checkedWeb("", "10.0.0.5/24, ::ffff:10.1.0.1,::ffff:192.168.0.0/112,2001:db8::1,2001:db8:1::/48")
	var got []string
	for _, p := range c.trustedProxies {
		got = append(got, p.String())
	}
	if want := []string{"10.0.0.0/24", "10.1.0.1/32", "192.168.0.0/16", "2001:db8::1/128", "2001:db8:1::/48"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

// checkAccepted fails when settings that were accepted do not make a server, or not the same one again.
func checkAccepted(t interface{ Fatalf(string, ...any) }, origins, proxies string) {
	c, err := checkedWeb(origins, proxies)
	if err != nil {
		return
	}
	v1.New(v1.Config{Origins: c.corsOrigins, TrustedProxies: c.trustedProxies}) // panics at what it cannot take
	again, err := checkedWeb(strings.Join(c.corsOrigins, ","), "")
	if err != nil || !slices.Equal(again.corsOrigins, c.corsOrigins) {
		t.Fatalf("%q becomes %q, and that %q, %v", origins, c.corsOrigins, again.corsOrigins, err)
	}
	for _, p := range c.trustedProxies {
		if !p.IsValid() || p.Bits() == 0 || p.Addr().Is4In6() || p != p.Masked() {
			t.Fatalf("%q becomes %v", proxies, p)
		}
	}
}

// Whatever the settings let through, the server starts with.
func TestAcceptedSettingsMakeAServer(t *testing.T) {
	piece := func(pieces ...string) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 7).Draw(t, "pieces"), "")
		})
	}
	origins := piece("https", "http", "ftp", "://", "p.example", "P", "品牌", ".", ":443", ":80", ":", "/", "*", "null", ",", " ", "@", "[::1]", "127.0.0.1", "%", "?", "#", "1", "xn--", "-", "。")
	proxies := piece("10.1.0.1", "::ffff:", "fe80::1", "%eth0", "/", "0", "32", "24", "64", "128", ",", " ", ":", "[", "]", "::", "8080", "-1", "+")
	rapid.Check(t, func(t *rapid.T) { checkAccepted(t, origins.Draw(t, "origins"), proxies.Draw(t, "proxies")) })
}

func FuzzWebSettings(f *testing.F) {
	f.Add("https://p.example:443", "fe80::1%eth0")
	f.Add("https://品牌.example,http://[::1]:80", "::ffff:10.0.0.0/104")
	f.Fuzz(func(t *testing.T, origins, proxies string) { checkAccepted(t, origins, proxies) })
}
