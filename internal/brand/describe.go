package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"slices"
)

// known are those of a district's live brands that the actor may be told of: what was submitted, and what it
// may see.
func known(tx Reader, all []Named) []Named {
	return slices.DeleteFunc(slices.Clone(all), func(n Named) bool {
		return (n.State == Draft || n.State == Returned) && access.Check(tx.Actor(), access.ReadBrands, n.Area) != nil
	})
}

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
	var districts []area.Code
	for _, b := range list {
		if b.State != Recognized && b.State.Live() && !slices.Contains(districts, b.District) {
			districts = append(districts, b.District)
		}
	}
	names, err := tx.BrandNames(districts...)
	if err != nil {
		return nil, err
	}
	for d, all := range names {
		names[d] = known(tx, all)
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
		s.Violations = judge(b, s.Recognitions, names[b.District])
		s.Actions = actionsOf(s, tx)
		out[i] = s
	}
	return out, nil
}

// actionsOf lists what the actor may do to the brand now.
func actionsOf(s Sheet, tx Reader) []Action {
	out := []Action{}
	may := func(a Action) bool {
		return access.Check(tx.Actor(), a.needs(), s.Area) == nil && !ownDecision(s.Brand, tx.Actor(), a)
	}
	for _, t := range Transitions {
		switch {
		case t.From != s.State || !t.exists(tx.BrandPolicy().PublicityDays) || !may(t.Action):
		case t.Action == ActionDelete && len(s.Recognitions) > 0:
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
