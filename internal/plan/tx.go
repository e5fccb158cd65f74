package plan

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"fmt"
)

// ScheduleReader reads what is set for a period.
type ScheduleReader interface {
	Calendar() period.Calendar
	// Schedule returns the windows and extensions of p in force for a, all above it and all below
	// its district. It must not be changed: it is shared.
	Schedule(p period.ID, a area.Code) (Schedule, error)
}

// GoalReader reads goals.
type GoalReader interface {
	// Goals returns the goals of a year as they stood at asOf (Never: now) for a, all above it and
	// all below its district. It must not be changed: it is shared.
	Goals(year int, a area.Code, asOf period.Instant) (Goals, error)
}

// Reader is what the use cases read.
type Reader interface {
	ScheduleReader
	GoalReader
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	// AreaExists fails with NotFound when the catalogue does not hold the area.
	AreaExists(a area.Code) error
	// WindowsFor returns the windows in force of the periods from … to (inclusive) that are set for
	// a or above it.
	WindowsFor(a area.Code, from, to period.ID) ([]Window, error)
	// ReportedPeriods returns the periods of the frequency, from … to (inclusive) and ascending, of
	// which records lie within a.
	ReportedPeriods(a area.Code, f period.Frequency, from, to period.ID) ([]period.ID, error)
}

// Writer is what the use cases write.
type Writer interface {
	Reader
	SaveWindow(*Window, audit.Change) error
	SaveExtension(*Extension, audit.Change) error
	RemoveExtension(*Extension, audit.Change) error
	SaveGoal(*Goal, audit.Change) error
}

// PeriodText names a period for people: 2026年第三季度.
func PeriodText(p period.ID) fault.Text {
	zh := fmt.Sprintf("%d年", p.Year())
	switch p.Frequency() {
	case period.Quarterly:
		zh += "第" + [...]string{"一", "二", "三", "四"}[p[6]-'1'] + "季度"
	case period.Monthly:
		zh += string(p[6:]) + "月"
	}
	return fault.Text{ZH: zh, EN: string(p)}
}

// mayRead fails with NotFound when the catalogue does not hold the area, and as access.Check does.
func mayRead(tx Reader, a area.Code) error { return may(tx, access.ReadPlan, a) }

func mayWrite(tx Reader, a area.Code) error { return may(tx, access.WritePlan, a) }

func may(tx Reader, do access.Action, a area.Code) error {
	if err := tx.AreaExists(a); err != nil {
		return err
	}
	return access.Check(tx.Actor(), do, a)
}
