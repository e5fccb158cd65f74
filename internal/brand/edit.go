package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"slices"
	"unicode/utf8"
)

// Bounds.
const (
	MaxReason    = 500 // characters of a reason, a note or an explanation
	MaxEvidence  = 20  // files a brand, without its logo
	MaxPublicity = 365 // days
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
	err := access.Check(tx.Actor(), access.EditBrands, at)
	if fault.Is(err, fault.NotFound) {
		err = fault.Missing(fault.Textf("区划 %s ", "The area %s", string(at)))
	}
	if err != nil {
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
	return saved(tx, b, Brand{}, EventCreate.change(nil))
}

// Edit changes a draft or a returned brand. It fails as take does, and as Create.
func Edit(tx Writer, id string, pre audit.Precondition, p Patch) (Sheet, error) {
	b, _, err := take(tx, id, pre, ActionEdit)
	if err != nil {
		return Sheet{}, err
	}
	was := b
	if err := b.write(tx, p); err != nil {
		return Sheet{}, err
	}
	if b.Field != was.Field {
		if err := b.fieldFree(tx, was.Field); err != nil {
			return Sheet{}, err
		}
	}
	return saved(tx, b, was, EventEdit.change(nil))
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
	wrong := misshapen(c)
	for _, t := range Texts { // as the document has it, of the text as it was sent
		if given := p[t.Name]; !t.fits(given) && !slices.ContainsFunc(wrong, func(v fault.Violation) bool { return v.Pointer == t.Pointer() }) {
			wrong = append(wrong, t.tooLong(utf8.RuneCountInString(given)))
		}
	}
	if len(wrong) > 0 {
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
	other, found, err := tx.BrandNamed(b.District, b.NameKey)
	if err != nil || !found || other.ID == b.ID {
		return err
	}
	if access.Check(tx.Actor(), access.ReadBrands, other.Area) != nil {
		return taken("name_taken", "/name", fault.Text{ZH: "本区其他单位已有名称相同的品牌（不计全半角、大小写、空格和引号）。", EN: "Another place of the district has a brand of this name already (but for width, case, spaces and quotes)."},
			fault.Text{ZH: "请换一个名称。", EN: "Choose another name."})
	}
	owner := string(other.Area)
	if a, err := tx.Area(other.Area); err == nil {
		owner = a.Name
	}
	return taken("name_taken", "/name", fault.Textf("本区已有名称相同的品牌“%s”（%s，%s）。", "The district has a brand of this name already: “%s” (%s, %s).", other.Name, owner, other.State.Title()),
		fault.Text{ZH: "请换一个名称；如为同一品牌，请不要重复申报。", EN: "Choose another name, or do not submit the same brand twice."})
}

// taken is AlreadyExists with the place and the mend.
func taken(code, pointer string, message, hint fault.Text) error {
	f := fault.New(fault.AlreadyExists, "%s%s", "%s %s", message, hint)
	f.Violations = []fault.Violation{fault.Mistake(code, pointer, message, hint)}
	return f
}

// Delete removes a draft that was never submitted, with its files; of an area that is no more, a draft or
// a returned brand that was never recognized. It fails as take does.
func Delete(tx Writer, id string, pre audit.Precondition) error {
	if err := deletedBy(tx, id); err != nil {
		return err
	}
	b, _, err := take(tx, id, pre, ActionDelete)
	if err != nil {
		return err
	}
	recognized, err := tx.Recognitions([]string{id})
	if err != nil {
		return err
	}
	if len(recognized[id]) > 0 {
		return wrongState(b.State, ActionDelete, fault.Text{ZH: "它曾得到认定，须保留备查；不再申报的，不必处理。", EN: "It was recognized once and is kept; leave it as it is."})
	}
	kept, err := mustStay(tx, b)
	if err != nil {
		return err
	}
	if kept {
		return wrongState(b.State, ActionDelete, fault.Text{ZH: "它曾申报过，须保留备查。请改好后再次申报；不再申报的，请审核员作不予认定处理。", EN: "It was submitted before and is kept. Mend it and submit it again, or let the reviewer reject it."})
	}
	files, err := tx.Evidence([]string{id})
	if err != nil {
		return err
	}
	for _, e := range files[id] {
		if err := tx.RemoveEvidence(EventDetach.change(nil), &e); err != nil {
			return err
		}
	}
	was := b
	if err := tx.RemoveBrand(EventDelete.change(nil), &b); err != nil {
		return err
	}
	b.NameKey, b.Text = "", ""
	if err := tx.IndexBrand(b, was); err != nil {
		return err
	}
	return tx.SaveStandings(b, nil)
}

// deletedBy fails with Forbidden for a reviewer, unless the brand's area is no more.
func deletedBy(tx Reader, id string) error {
	if access.Permits(tx.Actor().Role, access.EditBrands) {
		return nil
	}
	b, err := tx.Brand(id)
	if err != nil || access.Check(tx.Actor(), access.DeleteBrands, b.Area) != nil {
		return err // take says so
	}
	if there, err := stands(tx, b.Area); err != nil || !there {
		return err
	}
	return fault.New(fault.Forbidden, "草稿由填报员删除；只有所属街道已撤并的，审核员才可以删除。", "A draft is its clerk's to delete, unless its area is no more.")
}

// mustStay reports whether a draft or a returned brand of an area that stands was ever submitted.
func mustStay(tx Reader, b Brand) (bool, error) {
	if there, err := stands(tx, b.Area); err != nil || !there {
		return false, err
	}
	if b.State == Returned {
		return true, nil
	}
	submitted, err := tx.EverSubmitted([]string{b.ID})
	return submitted[b.ID], err
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

// saved writes a brand, what it is found by and what it counts as, and describes it. was is the brand as it
// was stored; one that is new was none.
func saved(tx Writer, b, was Brand, c audit.Change) (Sheet, error) {
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
