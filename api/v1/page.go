package v1

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"

	"brandregistry/internal/fault"

	"github.com/go-json-experiment/json"
)

// Page is one page of a list.
// 一页
type Page[T any] struct {
	Items      []T     `json:"items"`                                      // 本页各项
	NextCursor *string `json:"next_cursor" example:"eyJoIjoiIiwiayI6W119"` // 下一页的游标；没有下一页则为 null
	Total      *int64  `json:"total,omitzero" example:"30"`                // 总数，仅在 count=true 时给出
}

// pageQuery is what every list takes; embed it in the list's query. A list that can be sorted adds
//
//	Sort string `form:"sort" validate:"oneof=code -code" default:"code"`
type pageQuery struct {
	Limit  int    `form:"limit" validate:"min=1,max=200" default:"50" example:"20"` // 每页条数
	Cursor string `form:"cursor" validate:"omitempty,max=1000" example:"-"`         // 上一页答复中的 next_cursor，原样带回，其余查询参数不变；第一页不带
	Count  bool   `form:"count"`                                                    // 是否给出总数
}

// position is what a cursor holds: the key of the last row that was shown, and a hash of the list.
type position struct {
	List string   `json:"h"`
	Key  []string `json:"k"`
}

// after returns the key of the row after which the page begins, as many strings as page was given,
// or nil at the beginning. It fails with InvalidRequest when the cursor belongs to another list,
// another query or another area's actor.
func (r *request) after(q pageQuery) ([]string, error) {
	if q.Cursor == "" {
		return nil, nil
	}
	return decodeCursor(q.Cursor, r.listHash())
}

// page makes a page of rows, of which one more than q.Limit was asked for. key gives what the list
// is ordered by; it ends in something unique.
func page[R, T any](r *request, q pageQuery, rows []R, key func(R) []string, wire func(R) (T, error)) (Page[T], error) {
	out := Page[T]{Items: make([]T, 0, min(len(rows), q.Limit))}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		next := encodeCursor(r.listHash(), key(rows[len(rows)-1]))
		out.NextCursor = &next
	}
	for _, row := range rows {
		item, err := wire(row)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// listHash binds a cursor to the path, to the query but for what pages it, and to the actor's area.
func (r *request) listHash() string {
	values, err := url.ParseQuery(r.gin.Request.URL.RawQuery)
	if err != nil {
		values = nil // query has refused it
	}
	for _, name := range []string{"limit", "cursor", "count"} {
		values.Del(name)
	}
	sum := sha256.Sum256([]byte(r.gin.Request.URL.Path + "?" + values.Encode() + "#" + string(r.who.Area)))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

func encodeCursor(list string, key []string) string {
	b, err := json.Marshal(position{list, key})
	if err != nil {
		panic(err) // keys are stored text, which is UTF-8
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(cursor, list string) ([]string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	var p position
	if err == nil {
		err = json.Unmarshal(b, &p, json.RejectUnknownMembers(true))
	}
	if err != nil || p.List != list || len(p.Key) == 0 {
		return nil, fault.Invalid("cursor",
			fault.Text{ZH: "游标无效，或不属于这个查询。", EN: "The cursor is invalid or belongs to another query."},
			fault.Text{ZH: "请去掉 cursor，从第一页重新读取。", EN: "Drop cursor and read from the first page again."})
	}
	return p.Key, nil
}
