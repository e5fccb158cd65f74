package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"slices"
	"strings"
	"unicode/utf8"
)

// Event names of the audit log.
const (
	eventCreate    = "brand.create"
	eventEdit      = "brand.edit"
	eventDelete    = "brand.delete"
	eventSubmit    = "brand.submit"
	eventWithdraw  = "brand.withdraw"
	eventReturn    = "brand.return"
	eventReject    = "brand.reject"
	eventPublicize = "brand.publicize"
	eventRecognize = "brand.recognize"
	eventConfirm   = "brand.confirm"
	eventRevoke    = "brand.revoke"
	eventReopen    = "brand.reopen"
	eventRevokeOne = "brand.revoke_recognition"
	eventAttach    = "brand.attach"
	eventDetach    = "brand.detach"
	maxReason      = 500
	maxExplanation = 500
	maxEvidence    = 20 // files a brand, without its logo
	maxPublicity   = 365
	maxAuthority   = 100
	maxDocumentNo  = 100
	maxNote        = 500
)

// Patch is what is to be changed of a brand's content, by the names of Texts; "" takes a text away.
type Patch map[string]string

// Patch is the whole content as a patch.
func (c Content) Patch() Patch {
	p := Patch{}
	for _, t := range Texts {
		p[t.Name] = *t.of(&c)
	}
	return p
}

// Create declares a brand as a draft for an area: a subdistrict, or a district for its own organs,
// schools and hospitals. Gaps are kept. It fails with NotFound and Forbidden, with RuleViolation for an
// area that has no brands and for texts that cannot be kept, and with AlreadyExists when a live brand
// of the district has the name.
func Create(tx Writer, at area.Code, p Patch) (Sheet, error) {
	if err := access.Check(tx.Actor(), access.EditBrands, at); err != nil {
		return Sheet{}, err
	}
	if err := holdsBrands(tx, at); err != nil {
		return Sheet{}, err
	}
	number, err := tx.NextBrandNumber()
	if err != nil {
		return Sheet{}, err
	}
	b := Brand{ID: tx.NewID(), Number: number, Area: at, District: at.District(), State: Draft, CreatedAt: tx.Now()}
	if err := b.write(tx, p); err != nil {
		return Sheet{}, err
	}
	return saved(tx, b, "", audit.Change{Action: eventCreate})
}

// holdsBrands fails with RuleViolation unless the area is one that has brands today.
func holdsBrands(tx Reader, at area.Code) error {
	a, err := tx.Area(at)
	switch {
	case fault.Is(err, fault.NotFound):
		return wrongArea("area_not_expected", fault.Textf("区划中没有代码 %s。", "The catalogue holds no area %s.", string(at)), fault.Text{ZH: "请核对区划代码。", EN: "Check the code."})
	case err != nil:
		return err
	case at.Level() != area.LevelSubdistrict && at.Level() != area.LevelDistrict:
		return wrongArea("area_not_expected", fault.Textf("%s不是街道、镇、乡，也不是区、县，不能申报品牌。", "%s is neither a subdistrict nor a district.", a.Name),
			fault.Text{ZH: "请填街道、镇、乡的代码；区直机关、学校、医院填区的代码。", EN: "Give the code of a subdistrict, or of the district for its own organs, schools and hospitals."})
	case !a.ValidOn(tx.Today()):
		return wrongArea("area_not_expected", fault.Textf("%s今天不存在：尚未设立或已经撤并。", "%s does not exist today.", a.Name),
			fault.Textf("请填%s的代码。", "Give the code of %s.", successors(tx, a)))
	}
	return nil
}

// areaStands fails with RuleViolation when the area of a brand that is there is no more.
func areaStands(tx Reader, at area.Code) error {
	a, err := tx.Area(at)
	if err != nil || a.ValidOn(tx.Today()) {
		return err
	}
	return wrongArea("area_gone", fault.Textf("%s已经撤并，不能再以它的名义申报品牌。", "%s is no more: no brand is submitted in its name.", a.Name),
		fault.Textf("请由%s另行申报；名称相同的，先删除这里的草稿或改掉它的名称。", "Let %s declare it; for the same name, first delete or rename the draft here.", successors(tx, a)))
}

func wrongArea(code string, message, hint fault.Text) error {
	return fault.Rules([]fault.Violation{fault.Mistake(code, "/area_code", message, hint)})
}

// successors names what an area was merged into.
func successors(tx Reader, a catalog.Area) fault.Text {
	var names []string
	for _, code := range a.Successors {
		name := string(code)
		if s, err := tx.Area(code); err == nil {
			name = s.Name + "（" + name + "）"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return fault.Text{ZH: "撤并后的街道、镇、乡", EN: "its successor"}
	}
	return fault.Text{ZH: strings.Join(names, "、"), EN: strings.Join(names, ", ")}
}

// Edit changes a draft or a returned brand. It fails as take does, and as Create.
func Edit(tx Writer, id string, pre audit.Precondition, p Patch) (Sheet, error) {
	b, _, err := take(tx, id, pre, ActionEdit)
	if err != nil {
		return Sheet{}, err
	}
	was, field := b.Text, b.Field
	if err := b.write(tx, p); err != nil {
		return Sheet{}, err
	}
	if b.Field != field {
		if err := b.fieldFree(tx, field); err != nil {
			return Sheet{}, err
		}
	}
	return saved(tx, b, was, audit.Change{Action: eventEdit})
}

// write puts a patch into the brand's content. It fails with RuleViolation, listing every text that
// cannot be kept, and with AlreadyExists for a name that is taken.
func (b *Brand) write(tx Reader, p Patch) error {
	c := b.Content
	for _, t := range Texts {
		if text, given := p[t.Name]; given {
			*t.of(&c) = text
		}
	}
	c = c.clean()
	if wrong := misshapen(c); len(wrong) > 0 {
		return fault.Rules(wrong)
	}
	if c.Name != b.Name {
		b.Explanations = nil
	}
	b.Content, b.NameKey, b.Text = c, NameKey(c.Name), SearchText(c)
	return b.nameFree(tx)
}

// fieldFree fails with RuleViolation when the brand was recognized once: reports of the past count it by
// its field.
func (b *Brand) fieldFree(tx Reader, was Field) error {
	recognized, err := tx.Recognitions([]string{b.ID})
	if err != nil || len(recognized[b.ID]) == 0 {
		return err
	}
	return fault.Rules([]fault.Violation{fault.Mistake("field_fixed", "/field",
		fault.Textf("品牌曾以“%s”领域得到认定，所属领域不能再改。", "The brand was recognized in the field “%s”, which does not change any more.", was.Title()),
		fault.Text{ZH: "请保留原来的领域；确属另一领域的，请另建一个品牌申报。", EN: "Keep the field; if it is another, declare another brand."})})
}

// nameFree fails with AlreadyExists when another live brand of the district has the brand's name. It
// tells of that brand what the actor may see.
func (b *Brand) nameFree(tx Reader) error {
	if b.NameKey == "" {
		return nil
	}
	names, err := tx.BrandNames(b.District)
	if err != nil {
		return err
	}
	others := names[b.District]
	i := slices.IndexFunc(others, func(o Named) bool { return o.ID != b.ID && o.NameKey == b.NameKey })
	if i < 0 {
		return nil
	}
	other := others[i]
	if access.Check(tx.Actor(), access.ReadBrands, other.Area) != nil {
		return fault.New(fault.AlreadyExists, "本区其他单位已有名称相同的品牌（不计全半角、大小写、空格和引号）。请换一个名称。",
			"Another place of the district has a brand of this name already (but for width, case, spaces and quotes). Choose another name.")
	}
	owner := string(other.Area)
	if a, err := tx.Area(other.Area); err == nil {
		owner = a.Name
	}
	return fault.New(fault.AlreadyExists, "本区已有名称相同的品牌“%s”（%s，%s）。请换一个名称；如为同一品牌，请不要重复申报。",
		"The district has a brand of this name already: “%s” (%s, %s). Choose another name, or do not submit the same brand twice.", other.Name, owner, other.State.Title())
}

// known are those of a district's live brands that the actor may be told of: what was submitted, and what it
// may see.
func known(tx Reader, all []Named) []Named {
	return slices.DeleteFunc(slices.Clone(all), func(n Named) bool {
		return (n.State == Draft || n.State == Returned) && access.Check(tx.Actor(), access.ReadBrands, n.Area) != nil
	})
}

// Delete removes a draft, or a brand that was returned, with its files. It fails as take does, and with
// WrongState for a brand that was recognized once.
func Delete(tx Writer, id string, pre audit.Precondition) error {
	b, _, err := take(tx, id, pre, ActionDelete)
	if err != nil {
		return err
	}
	recognized, err := tx.Recognitions([]string{id})
	if err != nil {
		return err
	}
	if len(recognized[id]) > 0 {
		return wrongState(b.State, ActionDelete, fault.Text{ZH: "它曾得到认定，须保留备查；不再申报的，留作草稿即可。", EN: "It was recognized once and is kept; leave it as a draft."})
	}
	files, err := tx.Evidence([]string{id})
	if err != nil {
		return err
	}
	for _, e := range files[id] {
		if err := tx.RemoveEvidence(audit.Change{Action: eventDetach}, &e); err != nil {
			return err
		}
	}
	was := b.Text
	if err := tx.RemoveBrand(audit.Change{Action: eventDelete}, &b); err != nil {
		return err
	}
	b.Text = ""
	if err := tx.IndexBrand(b, was); err != nil {
		return err
	}
	return tx.SaveStandings(b, nil)
}

// take reads a brand for an action, refusing in the contract's order: it fails with NotFound,
// Forbidden, PreconditionRequired, Stale or WrongState.
func take(tx Writer, id string, pre audit.Precondition, a Action) (Brand, Transition, error) {
	b, err := tx.Brand(id)
	if err == nil {
		err = access.Check(tx.Actor(), a.needs(), b.Area)
	}
	if err != nil {
		return Brand{}, Transition{}, err
	}
	if ownDecision(b, tx.Actor(), a) {
		return Brand{}, Transition{}, fault.New(fault.Forbidden, "这个品牌是您本人申报的，不能由您本人审核。请由其他审核员办理。", "You submitted this brand yourself; another reviewer must decide it.")
	}
	if err := pre.Existing(b.Version); err != nil {
		return Brand{}, Transition{}, err
	}
	t, err := step(b.State, a, tx.BrandPolicy().PublicityDays)
	return b, t, err
}

// ownDecision reports whether the actor would decide what it itself submitted.
func ownDecision(b Brand, who access.Actor, a Action) bool {
	return a.needs() == access.DecideBrands && b.SubmittedBy != nil && *b.SubmittedBy == who.ID
}

// saved writes a brand, what is found by and what it counts as, and describes it. was is the text it
// was found by.
func saved(tx Writer, b Brand, was string, c audit.Change) (Sheet, error) {
	if err := tx.SaveBrand(c, &b); err != nil {
		return Sheet{}, err
	}
	if err := tx.IndexBrand(b, was); err != nil {
		return Sheet{}, err
	}
	recognized, err := tx.Recognitions([]string{b.ID})
	if err != nil {
		return Sheet{}, err
	}
	if err := tx.SaveStandings(b, Standings(b, recognized[b.ID])); err != nil {
		return Sheet{}, err
	}
	return describe(tx, b)
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

// reasonOf returns a reason without the space around it. It fails with InvalidRequest when there is none, or
// too much.
func reasonOf(s string) (string, error) { return written("/reason", s, maxReason) }

func written(pointer, s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", fault.Invalid(pointer, fault.Text{ZH: "没有填写。", EN: "Nothing is given."}, fault.Text{ZH: "请用一两句话写明。", EN: "Say it in a sentence or two."})
	}
	if utf8.RuneCountInString(s) > most {
		return "", fault.Invalid(pointer, fault.Textf("太长，至多 %d 个字。", "It is too long: at most %d characters.", most), fault.Text{ZH: "请删减后再提交。", EN: "Shorten it."})
	}
	return s, nil
}
