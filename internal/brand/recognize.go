package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/text"
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Award is a recognition as it is given.
type Award struct {
	Level        plan.BrandLevel
	Authority    string
	DocumentNo   *string
	RecognizedOn period.Date
	ValidTo      *period.Date
	Evidence     []string // ids of files of the brand
	Replaces     *string  // id of a recognition of the level that ends by this one: a renewal
	Corrects     *string  // id of a recognition of the level that never was as it was entered
	Reason       *string  // why, if anything
}

// Recognize adds a recognition. It fails as take does, with WrongState before the publicity has ended,
// with AlreadyExists when one of the level is in force at that time, and with RuleViolation, listing all
// that is wrong with the award.
func Recognize(tx Writer, id string, pre audit.Precondition, a Award) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionRecognize)
	if err != nil {
		return Sheet{}, err
	}
	today := tx.Today()
	if b.State == Publicized && today <= *b.PublicityEndsOn {
		return Sheet{}, wrongState(b.State, ActionRecognize, fault.Textf("公示到 %s 为止，%s 起可以认定。", "The publicity lasts until %s; recognize it from %s on.", string(*b.PublicityEndsOn), string(b.PublicityEndsOn.AddDays(1))))
	}
	wrong := a.tidy()
	recognized, err := tx.Recognitions([]string{id})
	if err != nil {
		return Sheet{}, err
	}
	all := recognized[id]
	if err := a.check(tx, b, all, wrong); err != nil {
		return Sheet{}, err
	}
	r := Recognition{Brand: id, ID: tx.NewID(), Area: b.Area, Level: a.Level, Authority: a.Authority, DocumentNo: a.DocumentNo, RecognizedOn: a.RecognizedOn,
		ValidTo: a.ValidTo, Evidence: a.Evidence, CreatedAt: tx.Now(), CreatedBy: tx.Actor().ID}
	rows := []*Recognition{&r}
	for _, before := range all {
		switch {
		case a.Corrects != nil && before.ID == *a.Corrects:
			rows = append(rows, before.replaced(r, before.RecognizedOn, cmp.Or(a.Reason, &wasWrong)))
		case a.Replaces != nil && before.ID == *a.Replaces:
			rows = append(rows, before.replaced(r, max(before.RecognizedOn, r.RecognizedOn), cmp.Or(a.Reason, &wasRenewed)))
		case before.Level == r.Level && before.meets(r):
			return Sheet{}, taken("level_taken", "/level", fault.Textf("%s认定已经有了：%s，%s 起。", "There is a recognition at %s level already: %s, from %s.", LevelTitle(r.Level), before.Authority, string(before.RecognizedOn)),
				fault.Textf("同一级别同一时间只能有一个有效的认定。换发的，请指明替换哪一个（replaces）；登记有误的，请指明更正哪一个（corrects）。这一认定的编号是 %s。",
					"One of a level is in force at a time. To renew it name it in replaces, to correct it in corrects: %s.", before.ID))
		}
	}
	change := EventRecognize.change(a.Reason)
	if err := tx.SaveRecognitions(change, rows...); err != nil {
		return Sheet{}, err
	}
	was := b
	if b.State != Recognized { // what comes later does not put a recheck off
		b.checked(tx, today)
	}
	b.State, b.ReturnReason = t.To, nil
	b.decided(tx)
	return saved(tx, b, was, change)
}

// Why a recognition is no longer, when nothing else is said.
var wasRenewed, wasWrong = "换发，由新的认定替换。", "登记有误，由更正后的认定替换。"

// replaced is a recognition whose place another takes from a day on.
func (r Recognition) replaced(by Recognition, on period.Date, why *string) *Recognition {
	r.RevokedOn, r.Reason, r.ReplacedBy = &on, why, &by.ID
	return &r
}

// checked notes that the brand was looked at, and when it is to be looked at again.
func (b *Brand) checked(tx Reader, today period.Date) {
	b.CheckedOn, b.RecheckOn = &today, nil
	if months := tx.BrandPolicy().RecheckMonths; months > 0 {
		next := today.AddMonths(months)
		b.RecheckOn = &next
	}
}

// meets reports whether there is a day on which both are in force.
func (r Recognition) meets(other Recognition) bool {
	from := max(r.RecognizedOn, other.RecognizedOn)
	return r.InForce(from) && other.InForce(from)
}

// office is how the names of subdistricts end; other areas of their level are zones and farms.
var office = regexp.MustCompile("(街道|镇|乡)$")

// tidy tidies what is written of an award, and lists what is wrong with it.
func (a *Award) tidy() []fault.Violation {
	authority, wrong := authorityNeed.Read("/authority", a.Authority)
	a.Authority = authority
	for _, optional := range []struct {
		need    text.Need
		pointer string
		at      **string
	}{{documentNeed, "/document_no", &a.DocumentNo}, {reasonNeed, "/reason", &a.Reason}} {
		if *optional.at == nil {
			continue
		}
		kept, more := optional.need.Read(optional.pointer, **optional.at)
		wrong, *optional.at = append(wrong, more...), filled(kept)
	}
	return wrong
}

func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// check lists all that is wrong with an award, as RuleViolation; wrong is what is already.
func (a Award) check(tx Reader, b Brand, all []Recognition, wrong []fault.Violation) error {
	add := func(code, pointer string, message, hint fault.Text) {
		wrong = append(wrong, fault.Mistake(code, pointer, message, hint))
	}
	today, above := tx.Today(), a.Level != plan.BrandDistrict
	if a.Authority == "" {
		add("authority_required", "/authority", fault.Text{ZH: "没有填写命名单位。", EN: "The authority is not given."}, fault.Text{ZH: "请填写作出认定的单位全称。", EN: "Give the full name of who recognized it."})
	} else {
		names, err := tx.Subdistricts(b.District)
		if err != nil {
			return err
		}
		for _, name := range names {
			if office.MatchString(name) && strings.Contains(NameKey(a.Authority), NameKey(name)) {
				add("authority_too_low", "/authority", fault.Textf("命名单位“%s”属于本区的%s，街道、镇、乡的命名不计入。", "The authority “%s” belongs to the district's %s; a subdistrict's recognition does not count.", a.Authority, name),
					fault.Text{ZH: "请填写区级及以上的命名单位。", EN: "Give an authority at district level or above."})
				break
			}
		}
	}
	if a.RecognizedOn > today {
		add("recognized_in_future", "/recognized_on", fault.Textf("认定日期 %s 还没有到，今天是 %s。", "The day of recognition %s is to come; today is %s.", string(a.RecognizedOn), string(today)),
			fault.Text{ZH: "请填文件上的落款日期，不能晚于今天。", EN: "Give the day on the document, today at the latest."})
	}
	if a.ValidTo != nil && *a.ValidTo < a.RecognizedOn {
		add("validity_reversed", "/valid_to", fault.Textf("有效期至 %s，早于认定日期 %s。", "It is valid to %s, before it was recognized on %s.", string(*a.ValidTo), string(a.RecognizedOn)),
			fault.Text{ZH: "请核对两个日期；没有期限的不填有效期。", EN: "Check both days; leave the validity out when there is no end."})
	}
	if above && a.DocumentNo == nil {
		add("document_required", "/document_no", fault.Textf("%s认定没有填写文号。", "A recognition at %s level needs a document number.", LevelTitle(a.Level)), fault.Text{ZH: "请填写认定文件的文号。", EN: "Give the number of the document."})
	}
	if above && len(a.Evidence) == 0 {
		add("evidence_required", "/evidence_ids", fault.Textf("%s认定没有附佐证材料。", "A recognition at %s level needs evidence.", LevelTitle(a.Level)),
			fault.Text{ZH: "请先上传认定文件或照片，再把它选为佐证材料（evidence_ids）。", EN: "Upload a file first, then name it in evidence_ids."})
	}
	if a.Replaces != nil && a.Corrects != nil {
		add("replaces_and_corrects", "/corrects", fault.Text{ZH: "换发（replaces）和更正（corrects）不能同时填写。", EN: "A recognition either replaces or corrects another."}, fault.Text{ZH: "请只留一个。", EN: "Leave one of them out."})
	}
	for i, one := range []*string{a.Replaces, a.Corrects} {
		name := []string{"replaces", "corrects"}[i]
		if one != nil && !slices.ContainsFunc(all, func(r Recognition) bool { return r.ID == *one && r.Level == a.Level && r.RevokedOn == nil }) {
			add(name+"_unknown", "/"+name, fault.Textf("本品牌没有编号为 %s 的未撤销的%s认定，不能替换。", "The brand has no recognition %s at %s level that could be replaced.", *one, LevelTitle(a.Level)),
				fault.Text{ZH: "请从本品牌的历次认定（recognitions）中选同一级别、未撤销的一个；不是换发或更正的，不填。", EN: "Choose one of the brand's recognitions of the level that is not revoked; leave it out for a new one."})
		}
	}
	if len(a.Evidence) > 0 {
		files, err := tx.Evidence([]string{b.ID})
		if err != nil {
			return err
		}
		for i, id := range a.Evidence {
			if !slices.ContainsFunc(files[b.ID], func(e Evidence) bool { return e.ID == id && e.Purpose == ForEvidence }) {
				add("evidence_unknown", "/evidence_ids/"+strconv.Itoa(i), fault.Textf("本品牌没有编号为 %s 的佐证材料。", "The brand has no evidence %s.", id), fault.Text{ZH: "请从本品牌已上传的佐证材料（evidence）中选；别的品牌的材料，请在本品牌重新上传。", EN: "Choose from the brand's evidence; upload another brand's file here once more."})
			}
		}
	}
	if len(wrong) > 0 {
		return fault.Rules(wrong)
	}
	return nil
}
