package v1

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"net/http"
	"strconv"
	"strings"
)

// precondition reads If-Match and If-None-Match of a write. An entity tag that is weak, or that is
// none of ours, matches nothing. It fails with InvalidRequest when If-Match is no list of entity tags,
// such as an etag without its quotes, or If-None-Match is not *.
func (r *request) precondition() (audit.Precondition, error) {
	return parsePrecondition(r.gin.Request.Header)
}

func parsePrecondition(h http.Header) (audit.Precondition, error) {
	var p audit.Precondition
	if values, given := h["If-Match"]; given {
		tags, ok := entityTags(values)
		if !ok || len(tags) == 0 {
			return p, malformedMatch(strings.Join(values, ", "))
		}
		p.Any = tags[0].any
		for _, t := range tags {
			if !t.any {
				p.Match = append(p.Match, t.version())
			}
		}
	}
	if values, given := h["If-None-Match"]; given {
		if tags, ok := entityTags(values); !ok || len(tags) != 1 || !tags[0].any {
			return p, fault.Invalid("If-None-Match",
				fault.Textf("写操作的 If-None-Match 只能是 *，不能是%s。", "A write takes no other If-None-Match than *, not %s.", excerpt(strings.Join(values, ", "))),
				fault.Text{ZH: "新建请写 If-None-Match: *；修改已有内容请改用 If-Match。", EN: "To create, send If-None-Match: *; to change what exists, send If-Match."})
		}
		p.MustNot = true
	}
	return p, nil
}

// malformedMatch refuses an If-Match and says how it is written; where a bare etag was sent, with that.
func malformedMatch(value string) error {
	mend := `"1760000000000000"`
	if bare := strings.Trim(strings.TrimPrefix(strings.TrimSpace(value), "W/"), `"'“”‘’\ `); (entityTag{opaque: bare}).version() >= 0 {
		mend = `"` + bare + `"`
	}
	return fault.Invalid("If-Match",
		fault.Textf("If-Match 的值%s不是 etag：etag 要连同双引号。", "The value %s of If-Match is no etag: an etag stands in double quotes.", excerpt(value)),
		fault.Textf(`请写成 If-Match: %s，即读取时得到的 ETag 响应头，双引号也要带上。`, `Write If-Match: %s, as the ETag header was when you read it, with its double quotes.`, mend))
}

// excerpt quotes what a client sent, cut where it is long.
func excerpt(value string) string {
	const most = 100
	if len(value) > most {
		value = strings.ToValidUTF8(value[:most], "") + "…"
	}
	return "“" + value + "”"
}

// entityTag is one member of If-Match or If-None-Match.
type entityTag struct {
	any, weak bool
	opaque    string
}

// version is the version that the tag names; -1 when none can have it.
func (t entityTag) version() period.Instant {
	v, err := strconv.ParseInt(t.opaque, 10, 64)
	if err != nil || t.weak || v < 0 || strconv.FormatInt(v, 10) != t.opaque {
		return -1
	}
	return period.Instant(v)
}

// entityTags reads "*" or a list of entity tags (RFC 9110, 8.8.3 and 13.1). It reports false when
// that cannot be read.
func entityTags(values []string) ([]entityTag, bool) {
	s := strings.TrimSpace(strings.Join(values, ","))
	if s == "*" {
		return []entityTag{{any: true}}, true
	}
	var tags []entityTag
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return tags, true
		}
		var t entityTag
		s, t.weak = strings.CutPrefix(s, "W/")
		if s == "" || s[0] != '"' {
			return nil, false
		}
		end := strings.IndexByte(s[1:], '"')
		if end < 0 {
			return nil, false
		}
		t.opaque, s = s[1:1+end], strings.TrimLeft(s[end+2:], " \t")
		if strings.ContainsFunc(t.opaque, func(c rune) bool { return c <= ' ' || c == 0x7f }) || (s != "" && s[0] != ',') {
			return nil, false
		}
		tags = append(tags, t)
	}
}

// noneMatch reports whether If-None-Match says that the client has the representation already. Weak
// tags compare equal to strong ones here.
func noneMatch(h http.Header, etag string) bool {
	values, given := h["If-None-Match"]
	if !given {
		return false
	}
	tags, ok := entityTags(values)
	for _, t := range tags {
		if ok && (t.any || t.opaque == etag) {
			return true
		}
	}
	return false
}
