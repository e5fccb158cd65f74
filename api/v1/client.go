package v1

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientIP is the address that the request came from. A trusted proxy is believed about whom it was asked
// by: the last address of X-Forwarded-For, and, where that is a trusted proxy's too, the one before it.
// What no trusted proxy wrote is the client's own claim and counts for nothing: an earlier entry, all that
// stands before what is no address, and X-Real-IP, which many proxies hand on as it was sent.
func (r *request) clientIP() string {
	host, _, err := net.SplitHostPort(r.gin.Request.RemoteAddr)
	if err != nil {
		return ""
	}
	at, ok := parseAddress(host)
	if !ok {
		return host
	}
	entries := strings.Split(strings.Join(r.gin.Request.Header[http.CanonicalHeaderKey("X-Forwarded-For")], ","), ",")
	for _, entry := range slices.Backward(entries) {
		if !r.api.isTrusted(at) {
			break
		}
		before, ok := parseAddress(entry)
		if !ok {
			break
		}
		at = before
	}
	return at.String()
}

func (a *api) isTrusted(at netip.Addr) bool {
	return slices.ContainsFunc(a.proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}

// parseAddress reads an address with or without a port, as proxies write it; of IPv6 also in brackets. A
// zone is dropped, and IPv4 that was mapped into IPv6 is IPv4.
func parseAddress(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	at, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		withPort, e := netip.ParseAddrPort(s)
		at, err = withPort.Addr(), e
	}
	return at.Unmap().WithZone(""), err == nil
}
