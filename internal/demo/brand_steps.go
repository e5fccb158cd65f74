package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"bytes"
)

// add adds a step in an hour of a day.
func (t *tale) add(on period.Date, hour int, by access.Actor, do func(*store.Writer) error) {
	t.steps = append(t.steps, step{t.b.day(on, hour, t.n*2), by, do})
}

func (t *tale) create(on period.Date) {
	c := t.Content
	if t.first != "" {
		c.Results = t.first
	}
	t.add(on, 9, t.clerk, func(tx *store.Writer) error {
		s, err := brand.Create(tx, t.at, c.Patch())
		t.id = s.ID
		return err
	})
	if t.logo != nil {
		t.attach(on, 11, brand.ForLogo, c.Name+".png", t.logo.draw, func(string) {})
	}
}

func (t *tale) edit(on period.Date) {
	t.add(on, 10, t.clerk, func(tx *store.Writer) error {
		_, err := brand.Edit(tx, t.id, existing, brand.Patch{"results": t.Results})
		return err
	})
}

// submit explains a name that is nearly another's. It fails for any other warning.
func (t *tale) submit(on period.Date) {
	var why map[string]string
	if t.explained != "" {
		why = map[string]string{"name.name_similar": t.explained}
	}
	t.add(on, 14, t.clerk, func(tx *store.Writer) error {
		_, err := brand.Submit(tx, t.id, existing, why, nil)
		return err
	})
}

// publicize shows the brand for so many days, where that is the policy.
func (t *tale) publicize(on period.Date, days int) {
	if t.policy.PublicityDays == 0 {
		return
	}
	t.add(on, 16, t.reviewer, func(tx *store.Writer) error {
		_, err := brand.Publicize(tx, t.id, existing, on.AddDays(days), nil)
		return err
	})
}

// turnDown returns or rejects.
func (t *tale) turnDown(on period.Date, how func(brand.Writer, string, audit.Precondition, string) (brand.Sheet, error), reason string) {
	t.add(on, 16, t.reviewer, func(tx *store.Writer) error {
		_, err := how(tx, t.id, existing, reason)
		return err
	})
}

// attach uploads a file and tells its id.
func (t *tale) attach(on period.Date, hour int, p brand.Purpose, name string, made func() ([]byte, error), tell func(string)) {
	t.add(on, hour, t.clerk, func(tx *store.Writer) error {
		content, err := made()
		if err != nil {
			return err
		}
		var safe bytes.Buffer
		var queue media.Queue
		got, err := queue.Accept(tx.Context(), "", bytes.NewReader(content), int64(len(content)), name, &safe)
		if err != nil {
			return err
		}
		e, err := brand.Attach(tx, t.id, brand.File{Purpose: p, Name: got.Name, MediaType: string(got.Type), SizeBytes: got.Size, SHA256: got.SHA256, Image: got.Type.Image()}, &safe)
		tell(e.ID)
		return err
	})
}
