package audit

import (
	"brandregistry/internal/area"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Head is the last event of a chain as it was at some time. Kept outside the registry, it proves
// later that the chain up to it was not rewritten.
type Head struct {
	Chain    area.Code
	Sequence int64
	Hash     string
}

// WriteHeads writes one line a head: chain, sequence and hash.
func WriteHeads(w io.Writer, heads []Head) error {
	b := bufio.NewWriter(w)
	for _, h := range heads {
		fmt.Fprintf(b, "%s %d %s\n", h.Chain, h.Sequence, h.Hash)
	}
	return b.Flush()
}

// ReadHeads reads what WriteHeads wrote; empty lines and lines that begin with # are skipped. Several
// files may be joined: a chain may have many heads. The error names the line.
func ReadHeads(r io.Reader) (map[area.Code][]Head, error) {
	out := map[area.Code][]Head{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 3 || len(fields[2]) != 64 || strings.Trim(fields[2], "0123456789abcdef") != "" {
			return nil, fmt.Errorf("第 %d 行不是“链 序号 hash”：%q", n, lines.Text())
		}
		code, err := area.Parse(fields[0])
		if err != nil || code.District() != code {
			return nil, fmt.Errorf("第 %d 行的链 %q 不是六位以内的区划代码", n, fields[0])
		}
		sequence, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil || sequence < 1 {
			return nil, fmt.Errorf("第 %d 行的序号 %q 不是正整数", n, fields[1])
		}
		out[code] = append(out[code], Head{code, sequence, fields[2]})
	}
	return out, lines.Err()
}
