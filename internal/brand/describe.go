package brand

import "brandregistry/internal/access"

// describe computes what goes with a brand.
func describe(tx Reader, b Brand) (Sheet, error) {
	out, err := describeAll(tx, []Brand{b})
	if err != nil {
		return Sheet{}, err
	}
	return out[0], nil
}

// describeAll computes what goes with brands.
func describeAll(tx Reader, list []Brand) ([]Sheet, error) {
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	recognized, err := tx.Recognitions(ids)
	if err != nil {
		return nil, err
	}
	files, err := tx.Evidence(ids)
	if err != nil {
		return nil, err
	}
	near, err := nearNames(tx, list...)
	if err != nil {
		return nil, err
	}
	out := make([]Sheet, len(list))
	for i, b := range list {
		s := Sheet{Brand: b, Recognitions: recognized[b.ID], Level: LevelOn(recognized[b.ID], tx.Today())}
		for _, e := range files[b.ID] {
			if e.Purpose == ForLogo {
				s.Logo = &e
			} else {
				s.Evidence = append(s.Evidence, e)
			}
		}
		s.Violations = judge(tx.Actor(), b, s.Recognitions, near[b.Number])
		out[i] = s
	}
	return out, addActions(tx, out)
}

// addActions lists what the actor may do to each brand now.
func addActions(tx Reader, list []Sheet) error {
	var drafts []string
	for _, s := range list {
		if s.State == Draft && len(s.Recognitions) == 0 && access.Permits(tx.Actor().Role, access.EditBrands) {
			drafts = append(drafts, s.ID)
		}
	}
	submitted, err := tx.EverSubmitted(drafts)
	if err != nil {
		return err
	}
	for i, s := range list {
		there := true
		if s.State == Draft || s.State == Returned || !s.State.Live() {
			if there, err = stands(tx, s.Area); err != nil {
				return err
			}
		}
		list[i].Actions = actionsOf(s, tx, there, submitted[s.ID] || s.State == Returned)
	}
	return nil
}

// actionsOf lists what the actor may do to the brand now. there says whether its area stands, submitted
// whether it ever was.
func actionsOf(s Sheet, tx Reader, there, submitted bool) []Action {
	out := []Action{}
	clerk := access.Permits(tx.Actor().Role, access.EditBrands)
	may := func(a Action) bool {
		return access.Check(tx.Actor(), a.needs(), s.Area) == nil && !ownDecision(s.Brand, tx.Actor(), a)
	}
	for _, t := range Transitions {
		switch {
		case t.From != s.State || !t.exists(tx.BrandPolicy().PublicityDays) || !may(t.Action):
		case t.Action == ActionDelete && (len(s.Recognitions) > 0 || there && (submitted || !clerk)):
		case (t.Action == ActionSubmit || t.Action == ActionReopen) && !there:
		case t.Action == ActionRecognize && s.State == Publicized && tx.Today() <= *s.PublicityEndsOn:
		default:
			out = append(out, t.Action)
		}
	}
	if s.State.Live() && may(ActionAttach) {
		out = append(out, ActionAttach)
	}
	return out
}
