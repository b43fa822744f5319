// Package outside is how other machines are reached whose addresses somebody typed in: a client that follows no redirect
// and connects to no forbidden address, and the encryption of the secrets that go with them.
package outside

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"jiexu/fault"
)

// Client reaches other machines: it follows no redirect and connects to no forbidden address, whatever a name leads to.
var Client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 5 * time.Second,
		DialContext: (&net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
			if at, err := netip.ParseAddrPort(address); err == nil && forbidden(at.Addr()) {
				return fmt.Errorf("%s is no address of a receiver", at.Addr())
			}
			return nil
		}}).DialContext,
	},
}

// CheckURL returns the fault of an address that is none: it must be plain http or https, name no user, and lead to no
// address that belongs to the machine's own surroundings (link-local, where clouds keep their keys). Returns notice.url,
// notice.url_forbidden.
func CheckURL(s string) *fault.Error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" || u.Fragment != "" {
		return fault.New(fault.Invalid, "notice.url")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && forbidden(ip) {
		return fault.New(fault.Invalid, "notice.url_forbidden")
	}
	return nil
}

// forbidden tells of addresses that nobody's receiver has.
func forbidden(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified()
}
