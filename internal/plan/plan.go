// Package plan keeps what is set for areas in advance: the windows in which a period is reported,
// extensions of them, and goals. Each holds for an area and all below; the nearest up the code wins.
package plan

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"strconv"
)

// Indicator names a rate.
// 指标
type Indicator string

// The indicators. Their formulas are coverage.Sums.Rate's.
const (
	OrganizationCoverage Indicator = "organization_coverage" // 组织覆盖率：已建组织 ÷ 实体运营
	WorkCoverage         Indicator = "work_coverage"         // 工作覆盖率：（已建组织＋工作覆盖）÷ 实体运营
	StandaloneShare      Indicator = "standalone_share"      // 单独组建率：单独组建 ÷ 实体运营
	EligibleBuilt        Indicator = "eligible_built"        // 应建已建率：（单独组建＋三名以上正式党员的联合组建）÷（前者＋应建未建）
	Standardization      Indicator = "standardization"       // 标准化规范化达标率：达标党组织 ÷ 党组织
	Rectification        Indicator = "rectification"         // 整顿率：已整顿 ÷ 软弱涣散
)

// Indicators lists them in the order of publication.
var Indicators = []Indicator{OrganizationCoverage, WorkCoverage, StandaloneShare, EligibleBuilt, Standardization, Rectification}

// OverOperating reports whether the denominator is the operating organizations E: only then does a
// report give bounds for what is missing.
func (i Indicator) OverOperating() bool {
	return i == OrganizationCoverage || i == WorkCoverage || i == StandaloneShare
}

// BrandLevel is the level of a brand's recognition.
// 命名级别
type BrandLevel string

// The levels, least first.
const (
	BrandDistrict BrandLevel = "district" // 区级
	BrandCity     BrandLevel = "city"     // 市级
	BrandProvince BrandLevel = "province" // 省级
	BrandNational BrandLevel = "national" // 国家级
)

// Window is when a period is reported by an area and all below, as set during [Since, Until).
// It is the stored row.
type Window struct {
	Period   period.ID      `gorm:"primaryKey"`
	Area     area.Code      `gorm:"primaryKey"`
	Since    period.Instant `gorm:"primaryKey;autoIncrement:false" audit:"-"`
	Until    period.Instant `audit:"-"`
	OpensOn  period.Date    // first day on which a record can be submitted
	DueOn    period.Date    // last day in time
	ClosesOn period.Date    // last day on which a record can be submitted
	Version  period.Instant `audit:"-"` // 0 for a default
}

// TableName is gorm's.
func (Window) TableName() string { return "windows" }

// AuditSubject names the row in the audit log.
func (w Window) AuditSubject() (string, area.Code) {
	return "windows/" + string(w.Period) + "/" + string(w.Area), w.Area
}

// DefaultWindow returns the window of a period for which nothing is set: it opens the day after
// the period ends, is due 10 days later and closes on the next period's last day. Its Area is "".
func DefaultWindow(p period.ID) Window {
	opens := p.EndsOn().AddDays(1)
	return Window{Period: p, OpensOn: opens, DueOn: opens.AddDays(10), ClosesOn: p.Next().EndsOn()}
}

// Extension lets an area and all below submit for a period after its window has closed.
// It is the stored row.
type Extension struct {
	Period       period.ID      `gorm:"primaryKey"`
	Area         area.Code      `gorm:"primaryKey"`
	Since        period.Instant `gorm:"primaryKey;autoIncrement:false" audit:"-"`
	Until        period.Instant `audit:"-"`
	AllowedUntil period.Date    // last day on which a record can be submitted
	Reason       string
	Version      period.Instant `audit:"-"`
}

// TableName is gorm's.
func (Extension) TableName() string { return "extensions" }

// AuditSubject names the row in the audit log.
func (e Extension) AuditSubject() (string, area.Code) {
	return "extensions/" + string(e.Period) + "/" + string(e.Area), e.Area
}

// Goal is what an area is to reach in a year. The coverage goal holds for all below too, the brand
// target for the area alone. It is the stored row.
type Goal struct {
	Area        area.Code      `gorm:"primaryKey"`
	Year        int            `gorm:"primaryKey;autoIncrement:false"`
	Since       period.Instant `gorm:"primaryKey;autoIncrement:false" audit:"-"`
	Until       period.Instant `audit:"-"`
	BrandTarget *int64         // brands, 0 … 100 000; nil: no target
	BrandLevel  BrandLevel     // the least level that counts
	Indicator   Indicator
	TargetBP    int64          `gorm:"column:target_bp"` // hundredths of a percent, 0 … 10 000
	Version     period.Instant `audit:"-"`               // 0 for a default
}

// TableName is gorm's.
func (Goal) TableName() string { return "goals" }

// AuditSubject names the row in the audit log.
func (g Goal) AuditSubject() (string, area.Code) {
	return "goals/" + string(g.Area) + "/" + strconv.Itoa(g.Year), g.Area
}
