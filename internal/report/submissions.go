package report

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// Progress counts the expected subdistricts of an area.
type Progress struct {
	Expected  int64
	Submitted int64 // handed in: submitted, or with an approved revision
	Approved  int64 // of these, with an approved revision
	OnTime    int64 // first submitted in time, whatever became of it
}

// Completeness is submitted or approved ÷ expected.
func (p Progress) Completeness() coverage.Rate {
	return coverage.Rate{Numerator: p.Submitted, Denominator: p.Expected}
}

// Timeliness is first submitted in time ÷ expected.
func (p Progress) Timeliness() coverage.Rate {
	return coverage.Rate{Numerator: p.OnTime, Denominator: p.Expected}
}

func (p Progress) plus(q Progress) Progress {
	return Progress{p.Expected + q.Expected, p.Submitted + q.Submitted, p.Approved + q.Approved, p.OnTime + q.OnTime}
}

// Submissions tells who has handed in the records of a period, now.
type Submissions struct {
	Place
	Period          period.ID
	DueOn, ClosesOn period.Date // for the area itself; areas below may have their own
	Progress
	Reminder fault.Text // names who has not handed in, ready to be pasted
	Rows     []SubmissionRow
}

// SubmissionRow is one area one level down. Above a subdistrict, Late and Overdue say whether any
// below it is, DaysOverdue is the most of any, and Returns is the sum.
type SubmissionRow struct {
	Place
	Progress
	DueOn          period.Date     // a subdistrict's own
	State          *coverage.State // of a subdistrict's newest revision; nil: nothing begun
	Late, Overdue  bool
	DaysOverdue    int
	Returns        int64
	FirstSubmitted *period.Instant // of a subdistrict
	ApprovedAt     *period.Instant // of a subdistrict
}

// GetSubmissions returns the state of submission of a period. It is live. It fails as begin does.
func GetSubmissions(tx Reader, a area.Code, p period.ID) (Submissions, error) {
	s, err := begin(tx, Query{Area: a, Period: p}, "period")
	if err != nil {
		return Submissions{}, err
	}
	schedule, err := tx.Schedule(s.period, s.area.Code)
	if err != nil {
		return Submissions{}, err
	}
	own := schedule.Deadlines(s.area.Code, nil, tx.Calendar())
	out := Submissions{Place: s.place(), Period: s.period, DueOn: own.DueOn, ClosesOn: own.ClosesOn}
	expected, err := tx.ExpectedWithin(s.area.Code, s.end, s.asOf)
	if err != nil {
		return Submissions{}, err
	}
	begun, err := tx.Submissions(s.period, s.area.Code)
	if err != nil {
		return Submissions{}, err
	}
	below, err := tx.AreasBelow(s.area.Code, s.asOf)
	if err != nil {
		return Submissions{}, err
	}
	if s.area.Code.Level() == area.LevelSubdistrict {
		below = []catalog.Area{s.area}
	}
	clock := deadlines{schedule, tx.Calendar(), tx.Now()}
	rows := clock.fold(expected, begun, below)
	for _, r := range rows {
		out.Progress = out.plus(r.Progress)
	}
	if s.area.Code.Level() != area.LevelSubdistrict {
		out.Rows = rows
	}
	out.Reminder = remind(out, rows, tx.Today())
	return out, nil
}

// deadlines judges submissions at an instant.
type deadlines struct {
	schedule plan.Schedule
	calendar period.Calendar
	now      period.Instant
}

// fold makes a row of every area that holds an expected subdistrict. All come by code.
func (d deadlines) fold(expected []area.Code, begun []Submission, areas []catalog.Area) []SubmissionRow {
	var rows []SubmissionRow
	for _, a := range areas {
		row := SubmissionRow{Place: Place{a.Code, a.Name}}
		for len(expected) > 0 && (a.Code.Contains(expected[0]) || expected[0] < a.Code) {
			code := expected[0]
			expected = expected[1:]
			for len(begun) > 0 && begun[0].Area < code {
				begun = begun[1:]
			}
			var s *Submission
			if len(begun) > 0 && begun[0].Area == code {
				s = &begun[0]
			}
			if a.Code.Contains(code) {
				d.add(&row, code, s)
			}
		}
		if row.Expected > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// add counts a subdistrict; s is nil when it has begun nothing.
func (d deadlines) add(row *SubmissionRow, code area.Code, s *Submission) {
	due := d.schedule.Deadlines(code, nil, d.calendar)
	one := Progress{Expected: 1}
	if s != nil {
		if s.Official || s.State == coverage.Submitted || s.State == coverage.Approved {
			one.Submitted = 1
		}
		if s.Official {
			one.Approved = 1
		}
		if s.FirstSubmitted != nil && !due.Late(s.FirstSubmitted) {
			one.OnTime = 1
		}
		row.Late = row.Late || due.Late(s.FirstSubmitted)
		row.Returns += s.Returns
	}
	if due.Overdue(d.now, one.Submitted == 1) {
		row.Overdue, row.DaysOverdue = true, max(row.DaysOverdue, due.DaysOverdue(d.now))
	}
	row.Progress = row.plus(one)
	if row.Code == code {
		row.DueOn = due.DueOn
		if s != nil {
			row.State, row.FirstSubmitted, row.ApprovedAt = &s.State, s.FirstSubmitted, s.ApprovedAt
		}
	}
}
