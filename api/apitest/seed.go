package apitest

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Areas are the areas of the seeds, by code.
var Areas = map[area.Code]string{
	"0":  "全国",
	"33": "浙江省", "3301": "杭州市",
	"330106": "西湖区", "330106001": "北山街道", "330106002": "西溪街道",
	"330109": "萧山区", "330109001": "城厢街道", "330109002": "北干街道", "330109003": "蜀山街道", "330109100": "楼塔镇",
	"31": "上海市", "3101": "市辖区", "310101": "黄浦区", "310101002": "南京东路街道",
}

// Account is an account of the seeds.
type Account struct {
	Name string // its username
	Role access.Role
	Area area.Code
}

// Accounts are the accounts of the seeds. A request is made as one of them by its name. None has a
// password.
var Accounts = []Account{
	{"clerk001", access.Clerk, "330109001"},
	{"clerk002", access.Clerk, "330109002"},
	{"clerk003", access.Clerk, "330109003"},
	{"clerk100", access.Clerk, "330109100"},
	{"districtclerk", access.Clerk, "330109"},
	{"reviewer", access.Reviewer, "330109"},
	{"reader", access.Reader, "330109"},
	{"auditor", access.Auditor, "330109"},
	{"admin", access.Admin, "330109"},
	{"clerk106", access.Clerk, "330106001"},
	{"reviewer106", access.Reviewer, "330106"},
	{"cityreviewer", access.Reviewer, "3301"},
	{"cityreader", access.Reader, "3301"},
	{"provinceadmin", access.Admin, "33"},
	{"nationadmin", access.Admin, "0"},
	{"nationreader", access.Reader, "0"},
	{"nationauditor", access.Auditor, "0"},
	{"huangpureviewer", access.Reviewer, "310101"},
}

var roleNames = map[access.Role]string{
	access.Clerk: "填报员", access.Reviewer: "审核员", access.Reader: "查阅员", access.Auditor: "审计员", access.Admin: "管理员",
}

// AccountID is the id of an account of the seeds.
func AccountID(name string) string {
	for i, a := range Accounts {
		if a.Name == name {
			return fmt.Sprintf("0199c1d0-0000-7000-8000-0000000000%02x", i+1)
		}
	}
	panic("apitest: no account " + name)
}

// Token is the token of an account of the seeds; it expires a year after Start.
func Token(name string) string {
	text, _, err := account.NewSecret(drawn(name))
	if err != nil {
		panic(err) // drawn never ends
	}
	return text
}

// drawn is a name's own stream of bytes.
func drawn(name string) io.Reader { return rand.NewChaCha8(sha256.Sum256([]byte("token of " + name))) }

func seed(w *store.Writer) error {
	var areas []*catalog.Area
	for _, code := range slices.Sorted(maps.Keys(Areas)) { // in one order, for the hashes of the events
		areas = append(areas, &catalog.Area{Code: code, Digits: code.Level().Digits(), Name: Areas[code], Reports: code.ReportsByDefault()})
	}
	if err := w.SaveAreas(audit.Change{Action: "area.create"}, areas...); err != nil {
		return err
	}
	for _, a := range Accounts {
		row := account.Account{
			ID: AccountID(a.Name), Username: a.Name, DisplayName: Areas[a.Area] + roleNames[a.Role],
			Role: a.Role, Area: a.Area, CreatedAt: w.Now(),
		}
		if err := w.SaveAccount(&row, audit.Change{Action: "account.create"}); err != nil {
			return err
		}
		_, hash, err := account.NewSecret(drawn(a.Name))
		if err != nil {
			return err
		}
		used := w.Now()
		token := account.Token{
			ID: "0199c1d0-0000-7000-8001-" + row.ID[24:], Account: row.ID, Area: a.Area, Name: "test", Hash: hash,
			ExpiresAt: period.InstantOf(Start.Add(365 * 24 * time.Hour)), CreatedAt: used, LastUsedAt: &used,
		}
		if err := w.SaveToken(&token, audit.Change{Action: "token.create"}); err != nil {
			return err
		}
	}
	return nil
}
