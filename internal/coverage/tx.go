package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// Reader is what the use cases read.
type Reader interface {
	plan.ScheduleReader
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	// Area returns the area as known now. It fails with NotFound.
	Area(code area.Code) (catalog.Area, error)
	// AreaExists fails with NotFound when the catalogue does not hold the area.
	AreaExists(code area.Code) error
	// Merged reports whether an area that names this one as its successor ended in [from, before).
	Merged(into area.Code, from, before period.Date) (bool, error)
	// Coverage returns the newest revision with what is shown beside it. It fails with NotFound.
	Coverage(key Key) (Entry, error)
	// CoverageList lists newest revisions with what is shown beside them.
	CoverageList(f Filter) ([]Entry, error)
	// CountCoverage counts what CoverageList would list without After and Limit.
	CountCoverage(f Filter) (int64, error)
	// CoverageRevision returns one revision. It fails with NotFound.
	CoverageRevision(key Key, revision int64) (Record, error)
	// CoverageRevisions lists revisions below the one given, newest first, at most limit.
	CoverageRevisions(key Key, below int64, limit int) ([]Record, error)
	// CoverageEvents lists the events of all revisions, newest first, before the sequence given (0: all), at
	// most limit, but for those of the actions left out.
	CoverageEvents(key Key, before int64, limit int, leftOut []string) ([]audit.Event, error)
	// CountCoverageEvents counts what CoverageEvents would list from the start without a limit.
	CountCoverageEvents(key Key, leftOut []string) (int64, error)
}

// Writer is what the use cases write.
type Writer interface {
	Reader
	// SaveCoverages writes revisions and one event each. It fails with Stale.
	SaveCoverages(c audit.Change, rows ...*Record) error
	// RemoveCoverage deletes a revision.
	RemoveCoverage(c audit.Change, row *Record) error
	// RecomputeTotals brings the period's totals up to date after official revisions of the areas
	// have changed.
	RecomputeTotals(p period.ID, areas []area.Code) error
}

// Entry is the newest revision of a record with what is shown beside it.
type Entry struct {
	Record
	OfficialRevision *int64    // nil: none is official yet
	Previous         *Previous // the last approved record of an earlier period; nil: none
	Expected         bool      // the area is expected to report for the period
}

// Sheet is an entry with what is computed for it at the moment, for the actor.
type Sheet struct {
	Entry
	Deadlines  plan.Deadlines
	Violations []fault.Violation
	Late       bool // first submitted after the due day
	Overdue    bool // due and not handed in: neither submitted nor with an official revision
	Locked     bool // cannot be submitted or corrected any more
	Actions    []Action
}

// describe computes what goes with an entry.
func describe(tx Reader, e Entry) (Sheet, error) {
	d, err := plan.DeadlinesOf(tx, e.Period, e.Area, e.AllowedUntil)
	if err != nil {
		return Sheet{}, err
	}
	violations, err := judge(tx, e)
	if err != nil {
		return Sheet{}, err
	}
	now := tx.Now()
	return Sheet{
		Entry: e, Deadlines: d, Violations: violations,
		Late:    d.Late(e.FirstSubmitted),
		Overdue: d.Overdue(now, e.State == Submitted || e.OfficialRevision != nil),
		Locked:  d.Locked(now),
		Actions: actionsOf(e, tx.Actor(), d.Admit(now) != nil),
	}, nil
}

// judge checks an entry's figures.
func judge(tx Reader, e Entry) ([]fault.Violation, error) {
	merged := false
	if e.Previous != nil {
		var err error
		if merged, err = tx.Merged(e.Area, e.Previous.Period.EndsOn(), e.Period.EndsOn()); err != nil {
			return nil, err
		}
	}
	return Check(e.Economic, e.Social, e.Previous, merged, e.Explanations), nil
}

// Missing is the fault of a record that does not exist, for whom its area is in sight.
func Missing(key Key) error {
	return fault.New(fault.NotFound, "%s还没有 %s 的填报记录。填报员保存数字后即有。", "There is no record of %[2]s for %[1]s yet. There is once its clerk saves figures.", plan.PeriodText(key.Period), string(key.Area))
}
