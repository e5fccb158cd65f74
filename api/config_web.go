package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

func (s settings) origins(c *config) error {
	for _, raw := range list(s.CORSOrigins) {
		origin, mend := parseOrigin(raw)
		if mend != "" {
			return misconfigured("cors-origins", raw, mend)
		}
		if !slices.Contains(c.corsOrigins, origin) {
			c.corsOrigins = append(c.corsOrigins, origin)
		}
	}
	return nil
}

const originForm = "请写成“协议://主机[:端口]”，末尾不带斜杠，多个用英文逗号分隔，如 https://brands.example；不能用 *、null。"

// parseOrigin returns an origin as browsers write it in the Origin header (HTML, 7.1.1; URL, 3.5), or how
// to mend it: letters of hosts are small and ASCII, and a scheme's own port is left out.
func parseOrigin(raw string) (origin, mend string) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Opaque != "" || u.User != nil {
		return "", originForm
	}
	host := hostOf(u.Hostname(), strings.HasPrefix(u.Host, "["))
	port, ok := portOf(u)
	if host == "" || !ok {
		return "", originForm
	}
	origin = u.Scheme + "://" + host + port
	_, rest, _ := strings.Cut(raw, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return "", fmt.Sprintf("来源只写到主机和端口，不含其后的 %q，请写成 %s。", rest[end:], origin)
	}
	return origin, ""
}

var (
	hostForm    = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$`)
	numericHost = regexp.MustCompile(`(^|\.)([0-9]+|0x[0-9a-f]*)\.?$`) // browsers take it for an IPv4 address
	notASCII    = regexp.MustCompile(`[^\x00-\x7f]`)
)

// hostOf is a host as browsers write it; "" for none.
func hostOf(name string, bracketed bool) string {
	at, err := netip.ParseAddr(name)
	switch {
	case bracketed && (err != nil || !at.Is6() || at.Is4In6() || at.Zone() != ""), !bracketed && err == nil && at.Is6():
		return ""
	case bracketed:
		return "[" + at.String() + "]"
	case err == nil:
		return name
	}
	name = strings.ToLower(name)
	if notASCII.MatchString(name) {
		if name, err = idna.Lookup.ToASCII(name); err != nil {
			return ""
		}
	}
	if !hostForm.MatchString(name) || numericHost.MatchString(name) {
		return ""
	}
	return name
}

// portOf is the port of a URL with its colon; "" for that of the scheme.
func portOf(u *url.URL) (string, bool) {
	if u.Port() == "" {
		return "", true
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if n == 443 && u.Scheme == "https" || n == 80 && u.Scheme == "http" {
		return "", true
	}
	return ":" + strconv.FormatUint(n, 10), err == nil && n > 0
}

func (s settings) proxies(c *config) error {
	for _, raw := range list(s.TrustedProxies) {
		proxy, mend := parseProxy(raw)
		if mend != "" {
			return misconfigured("trusted-proxies", raw, mend)
		}
		c.trustedProxies = append(c.trustedProxies, proxy)
	}
	return nil
}

// parseProxy reads an address or a network, or says how to mend it. IPv4 that is mapped into IPv6 becomes
// IPv4.
func parseProxy(raw string) (proxy netip.Prefix, mend string) {
	address, bits, isNetwork := strings.Cut(raw, "/")
	at, err := netip.ParseAddr(address)
	switch {
	case err != nil:
		return proxy, "请填 IP 地址或网段，不带端口，多个用英文逗号分隔，如 127.0.0.1,172.30.8.1/32。"
	case at.Zone() != "":
		return proxy, fmt.Sprintf("地址不能带网卡名，请去掉 %%%s，写成 %s。", at.Zone(), strings.Replace(raw, "%"+at.Zone(), "", 1))
	}
	length := at.BitLen()
	if isNetwork {
		n, err := strconv.ParseUint(bits, 10, 8)
		if err != nil || int(n) > at.BitLen() || strconv.FormatUint(n, 10) != bits {
			return proxy, fmt.Sprintf("网段的位数请填 1 至 %d，如 %s/%d。", at.BitLen(), at, at.BitLen())
		}
		length = int(n)
	}
	if at.Is4In6() {
		at, length = at.Unmap(), length-96
	}
	if length <= 0 {
		return proxy, "这个网段等于相信所有人写的来源地址，请只填反向代理自己的地址，如 127.0.0.1。"
	}
	return netip.PrefixFrom(at, length).Masked(), ""
}

// list splits at commas, without spaces and empty parts.
func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
