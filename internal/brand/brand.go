// Package brand keeps the grassroots party-building brands: what a subdistrict declares, the review,
// the publicity, and the recognitions by which a brand counts.
package brand

import (
	"brandregistry/internal/area"
	"brandregistry/internal/column"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// State is where a brand is in its life.
// 品牌状态
type State string

// The states.
const (
	Draft      State = "draft"      // 草稿
	Submitted  State = "submitted"  // 已申报，待审核
	Returned   State = "returned"   // 已退回，待修改
	Rejected   State = "rejected"   // 不予认定
	Publicized State = "publicized" // 公示中
	Recognized State = "recognized" // 已认定
	Revoked    State = "revoked"    // 已撤销
)

// States lists the states in the order of a brand's life.
var States = []State{Draft, Submitted, Returned, Rejected, Publicized, Recognized, Revoked}

// Live reports whether a brand of the state takes its name: it is neither rejected nor revoked.
func (s State) Live() bool { return s != Rejected && s != Revoked }

// Field is the kind of place a brand belongs to.
// 品牌所属领域
type Field string

// The fields.
const (
	Community           Field = "community"             // 社区
	Village             Field = "village"               // 村
	GovernmentOffice    Field = "government_office"     // 机关
	StateEnterprise     Field = "state_enterprise"      // 国有企业
	NonPublicEnterprise Field = "non_public_enterprise" // 非公有制企业
	SocialOrganization  Field = "social_organization"   // 社会组织
	School              Field = "school"                // 学校
	Hospital            Field = "hospital"              // 医院
	NewEmployment       Field = "new_employment"        // 新就业群体
)

// Fields lists the fields.
var Fields = []Field{Community, Village, GovernmentOffice, StateEnterprise, NonPublicEnterprise, SocialOrganization, School, Hospital, NewEmployment}

// Levels lists the levels of recognitions, least first.
var Levels = []plan.BrandLevel{plan.BrandDistrict, plan.BrandCity, plan.BrandProvince, plan.BrandNational}

// Content is what a brand's clerk writes. A text that is not given is "".
type Content struct {
	Name             string
	Slogan           string
	Meaning          string
	Carrier          string
	Practices        string
	Results          string
	Field            Field
	HostOrganization string
	CreditCode       string // unified social credit code of the host, GB 32100-2015
	ContactName      string
	ContactPhone     string
}

// Brand is the stored row.
type Brand struct {
	ID       string         `gorm:"primaryKey"`
	Number   int64          // of its creation, in the registry: what search and lists follow
	Area     area.Code      // never changes
	District area.Code      `audit:"-"` // the area's: its first six digits
	NameKey  string         `audit:"-"` // the name as it must be unique in the district
	Text     string         `audit:"-"` // what is searched
	Version  period.Instant `audit:"-"` // the stamp of the last change
	State    State
	Content  `gorm:"embedded"`

	Explanations    column.Explanations
	ReturnReason    *string      // of the return or the rejection; stays until it is submitted again
	PublicizedOn    *period.Date // first day of the publicity
	PublicityEndsOn *period.Date // its last day
	CheckedOn       *period.Date // day of the last recognition or confirmation
	RecheckOn       *period.Date // day on which a recognized brand is to be looked at again; nil: never
	SubmittedAt     *period.Instant
	SubmittedBy     *string // account id
	DecidedAt       *period.Instant
	DecidedBy       *string        // account id
	CreatedAt       period.Instant `gorm:"autoCreateTime:false"`
}

// TableName is gorm's.
func (Brand) TableName() string { return "brands" }

// AuditSubject names the row in the audit log.
func (b Brand) AuditSubject() (string, area.Code) { return "brands/" + b.ID, b.Area }

// Recognition is one level's recognition of a brand. It is the stored row. It is never changed but to
// revoke it.
type Recognition struct {
	Brand        string `gorm:"primaryKey"`
	ID           string `gorm:"primaryKey"`
	Area         area.Code
	Level        plan.BrandLevel
	Authority    string  // who recognized
	DocumentNo   *string // of the document that says so
	RecognizedOn period.Date
	ValidTo      *period.Date // last day; nil: without end
	RevokedOn    *period.Date // first day on which it is no longer in force
	Reason       *string      // why it was revoked
	ReplacedBy   *string      // id of the recognition that took its place; then it is revoked
	Evidence     column.Strings
	CreatedAt    period.Instant `gorm:"autoCreateTime:false"`
	CreatedBy    string         // account id
	Version      period.Instant `audit:"-"`
}

// TableName is gorm's.
func (Recognition) TableName() string { return "brand_recognitions" }

// AuditSubject names the row in the audit log.
func (r Recognition) AuditSubject() (string, area.Code) {
	return "recognitions/" + r.Brand + "/" + r.ID, r.Area
}

// InForce reports whether the recognition counts on d: recognized_on ≤ d ≤ valid_to, d < revoked_on.
func (r Recognition) InForce(d period.Date) bool {
	return r.RecognizedOn <= d && (r.ValidTo == nil || d <= *r.ValidTo) && (r.RevokedOn == nil || d < *r.RevokedOn)
}

// Purpose is what a file is for.
// 附件用途
type Purpose string

// The purposes.
const (
	ForEvidence Purpose = "evidence" // 佐证材料
	ForLogo     Purpose = "logo"     // 品牌标识
)

// Evidence is a file of a brand, without its content. It is the stored row.
type Evidence struct {
	Brand     string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Area      area.Code
	Purpose   Purpose
	FileName  string
	MediaType string
	SizeBytes int64
	SHA256    string         `gorm:"column:sha256"` // of the content, in hexadecimal
	CreatedAt period.Instant `gorm:"autoCreateTime:false"`
	CreatedBy string         // account id
	Version   period.Instant `audit:"-"`
}

// TableName is gorm's.
func (Evidence) TableName() string { return "brand_evidence" }

// AuditSubject names the row in the audit log.
func (e Evidence) AuditSubject() (string, area.Code) {
	return "evidence/" + e.Brand + "/" + e.ID, e.Area
}

// LevelOn returns the highest level of the recognitions that are in force on d; "" when none is.
func LevelOn(all []Recognition, d period.Date) plan.BrandLevel {
	highest := -1
	for _, r := range all {
		if r.InForce(d) {
			highest = max(highest, rank(r.Level))
		}
	}
	if highest < 0 {
		return ""
	}
	return Levels[highest]
}

// rank is a level's place in Levels.
func rank(l plan.BrandLevel) int {
	for i, known := range Levels {
		if l == known {
			return i
		}
	}
	return -1
}
