// Package coverage keeps the coverage records of "two-new" organizations: their figures, the
// rules they must hold, and their life.
package coverage

import (
	"brandregistry/internal/area"
	"brandregistry/internal/column"
	"brandregistry/internal/period"
	"strconv"
)

// State is where a revision is in its life.
// 记录状态
type State string

// The states.
const (
	Draft     State = "draft"     // 草稿
	Submitted State = "submitted" // 已提交，待审核
	Returned  State = "returned"  // 已退回，待修改
	Approved  State = "approved"  // 审核通过
)

// Key names a record: one subdistrict, one period.
type Key struct {
	Period period.ID
	Area   area.Code
}

// Record is one revision of a subdistrict's figures of one period. It is the stored row.
type Record struct {
	Period   period.ID       `gorm:"primaryKey"`
	Area     area.Code       `gorm:"primaryKey"`
	Revision int64           `gorm:"primaryKey;autoIncrement:false"` // 1, 2, 3 …
	Since    *period.Instant `gorm:"serializer:open_end"`            // from when it was official; nil: not yet
	Until    *period.Instant `gorm:"serializer:open_end"`            // until when it was official; nil: still, or not yet
	State    State
	Latest   bool           // the newest revision of its key
	Version  period.Instant `audit:"-"` // the stamp of the last change
	Economic Figures        `gorm:"embedded;embeddedPrefix:economic_"`
	Social   Figures        `gorm:"embedded;embeddedPrefix:social_"`

	Explanations   column.Explanations
	ReturnReason   *string        // stays until the record is submitted
	ReturnPointers column.Strings // the figures the reviewer pointed at
	AllowedUntil   *period.Date   // until of the last return or correction: submission is open until then
	PreparedBy     *string        // sign-off, as given on submission
	SignedBy       *string
	Phone          *string
	Returns        int64           // how often it was returned, over all revisions
	FirstSubmitted *period.Instant `gorm:"column:first_submitted_at"` // of the record's first submission, over all revisions
	SubmittedAt    *period.Instant
	SubmittedBy    *string // account id
	DecidedAt      *period.Instant
	DecidedBy      *string        // account id
	CreatedAt      period.Instant `gorm:"autoCreateTime:false"`
}

// TableName is gorm's.
func (Record) TableName() string { return "coverage_revisions" }

// AuditSubject names the row in the audit log.
func (r Record) AuditSubject() (string, area.Code) {
	return r.Key().Subject() + strconv.FormatInt(r.Revision, 10), r.Area
}

// Key returns the record's key.
func (r Record) Key() Key { return Key{r.Period, r.Area} }

// Subject returns what the audit names of all the key's revisions begin with.
func (k Key) Subject() string { return "coverage/" + string(k.Period) + "/" + string(k.Area) + "/" }

// Of returns the figures of a kind.
func (r *Record) Of(k Kind) *Figures {
	if k == Social {
		return &r.Social
	}
	return &r.Economic
}

// Official reports whether the revision is the official one.
func (r Record) Official() bool { return r.Since != nil && r.Until == nil }
