package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"brandregistry/internal/text"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Brand is a grassroots party-building brand.
// 基层党建品牌
type Brand struct {
	ID               string           `json:"id" validate:"uuid" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 品牌编号
	Area             AreaRef          `json:"area"`                                                              // 申报的街道，或区（区直机关、学校、医院）
	Name             *string          `json:"name" example:"红色引擎"`                                               // 品牌名称；未填的文字项都为 null
	Slogan           *string          `json:"slogan" example:"党建引领，服务到家"`                                        // 品牌口号
	Meaning          *string          `json:"meaning" example:"以党组织为引擎，带动小区治理。"`                                 // 品牌内涵
	Carrier          *string          `json:"carrier" example:"社区党群服务中心"`                                        // 品牌载体
	Practices        *string          `json:"practices" example:"每周一次楼道议事。"`                                     // 主要做法
	Results          *string          `json:"results" example:"全年办结居民诉求三百件。"`                                    // 工作成效
	Field            *brand.Field     `json:"field" example:"community"`                                         // 所属领域
	HostOrganization *string          `json:"host_organization" example:"示例社区党委"`                                // 创建单位
	CreditCode       *string          `json:"credit_code" example:"91330109MA0000000E"`                          // 创建单位的统一社会信用代码
	ContactName      *string          `json:"contact_name" example:"联系人甲"`                                       // 联系人
	ContactPhone     *string          `json:"contact_phone" example:"0571-00000000"`                             // 联系电话
	State            brand.State      `json:"state" example:"draft"`                                             // 状态
	Level            *plan.BrandLevel `json:"level" example:"district"`                                          // 今天有效的最高级别；没有则为 null
	Recognitions     []Recognition    `json:"recognitions"`                                                      // 历次认定，按登记先后
	Evidence         []Evidence       `json:"evidence"`                                                          // 佐证材料，按上传先后
	Logo             *Evidence        `json:"logo"`                                                              // 品牌标识；没有则为 null
	Violations       []Violation      `json:"violations"`                                                        // 此刻的问题：空缺、相近的名称、跳级
	ReturnReason     *string          `json:"return_reason" example:"做法与成效写得太简单，请补充。"`                           // 退回或不予认定的原因，再次申报（submit）后清空
	PublicizedOn     *string          `json:"publicized_on" validate:"omitempty,date" example:"2026-10-09"`      // 公示开始日期
	PublicityEndsOn  *string          `json:"publicity_ends_on" validate:"omitempty,date" example:"2026-10-16"`  // 公示截止日期，次日起可以认定
	CheckedOn        *string          `json:"checked_on" validate:"omitempty,date" example:"2026-10-17"`         // 登记首次认定或最近一次复核合格的日期
	RecheckOn        *string          `json:"recheck_on" validate:"omitempty,date" example:"2028-10-17"`         // 应再次复核的日期；不必复核的为 null
	SubmittedAt      *time.Time       `json:"submitted_at" example:"2026-10-08T02:00:00.000001Z"`                // 申报时刻
	SubmittedBy      *AccountRef      `json:"submitted_by"`                                                      // 申报人
	DecidedAt        *time.Time       `json:"decided_at" example:"2026-10-09T02:00:00.000001Z"`                  // 最近一次审核操作的时刻；再次申报后清空
	DecidedBy        *AccountRef      `json:"decided_by"`                                                        // 审核人；再次申报后清空
	CreatedAt        time.Time        `json:"created_at" example:"2026-10-08T02:00:00.000001Z"`                  // 建立时刻
	UpdatedAt        time.Time        `json:"updated_at" example:"2026-10-08T02:00:00.000001Z"`                  // 品牌内容与状态的最近变动时刻；上传、删除材料不改变它
	Etag             string           `json:"etag" example:"1760000000000000"`                                   // 版本，修改时加双引号放入 If-Match；上传、删除材料不改变它
	Actions          []brand.Action   `json:"actions" example:"edit,delete,submit,attach"`                       // 当前账号此刻可做的操作；attach 为上传与删除材料，revoke 为撤销全部或其中一次认定
}

// Recognition is one level's recognition of a brand.
// 一次认定（命名）
type Recognition struct {
	ID           string          `json:"id" validate:"uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"`                    // 认定编号
	Level        plan.BrandLevel `json:"level" example:"city"`                                                                 // 级别
	Authority    string          `json:"authority" example:"示例市委组织部"`                                                          // 命名单位
	DocumentNo   *string         `json:"document_no" example:"示组发〔2026〕1号"`                                                    // 文号
	RecognizedOn string          `json:"recognized_on" validate:"date" example:"2026-10-17"`                                   // 认定日期，自这一天起有效
	ValidTo      *string         `json:"valid_to" validate:"omitempty,date" example:"2029-10-16"`                              // 有效期的最后一天；没有期限的为 null
	RevokedOn    *string         `json:"revoked_on" validate:"omitempty,date" example:"2027-03-01"`                            // 撤销日期，自这一天起无效；未撤销的为 null
	Reason       *string         `json:"reason" example:"连续两年未开展活动。"`                                                          // 撤销原因
	ReplacedBy   *string         `json:"replaced_by" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8060"` // 换发或更正后替换它的认定；撤销的、未撤销的为 null
	EvidenceIDs  []string        `json:"evidence_ids" validate:"dive,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8059"`     // 佐证材料
}

// filled is a text, or null when it is not given.
func filled[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// wireBrand is a brand as it stands on the wire.
func (r *request) wireBrand(tx *store.Reader, s brand.Sheet) (Brand, error) {
	at, err := r.areaRef(tx, s.Area)
	if err != nil {
		return Brand{}, err
	}
	submitter, err := r.accountRef(tx, s.SubmittedBy, s.SubmittedAt)
	if err != nil {
		return Brand{}, err
	}
	decider, err := r.accountRef(tx, s.DecidedBy, s.DecidedAt)
	if err != nil {
		return Brand{}, err
	}
	out := Brand{
		ID: s.ID, Area: at, Name: filled(s.Name), Slogan: filled(s.Slogan), Meaning: filled(s.Meaning), Carrier: filled(s.Carrier), Practices: filled(s.Practices),
		Results: filled(s.Results), Field: filled(s.Field), HostOrganization: filled(s.HostOrganization), CreditCode: filled(s.CreditCode),
		ContactName: filled(s.ContactName), ContactPhone: filled(s.ContactPhone), State: s.State, Level: filled(s.Level),
		Recognitions: make([]Recognition, len(s.Recognitions)), Evidence: make([]Evidence, len(s.Evidence)), Violations: violations(s.Violations, r.lang()),
		ReturnReason: s.ReturnReason, PublicizedOn: (*string)(s.PublicizedOn), PublicityEndsOn: (*string)(s.PublicityEndsOn),
		CheckedOn: (*string)(s.CheckedOn), RecheckOn: (*string)(s.RecheckOn), SubmittedAt: instantPtr(s.SubmittedAt), SubmittedBy: submitter,
		DecidedAt: instantPtr(s.DecidedAt), DecidedBy: decider, CreatedAt: instant(s.CreatedAt), UpdatedAt: instant(s.Version), Etag: etagOf(s.Version), Actions: s.Actions,
	}
	for i, x := range s.Recognitions {
		out.Recognitions[i] = Recognition{x.ID, x.Level, x.Authority, x.DocumentNo, string(x.RecognizedOn), (*string)(x.ValidTo), (*string)(x.RevokedOn), x.Reason, x.ReplacedBy, x.Evidence}
	}
	for i, e := range s.Evidence {
		if out.Evidence[i], err = r.wireEvidence(tx, e); err != nil {
			return Brand{}, err
		}
	}
	if s.Logo != nil {
		logo, err := r.wireEvidence(tx, *s.Logo)
		if err != nil {
			return Brand{}, err
		}
		out.Logo = &logo
	}
	return out, nil
}

// locateBrand says where the brand of an id lies.
func locateBrand(tx *store.Reader, id string) (area.Code, error) {
	b, err := tx.Brand(id)
	return b.Area, err
}

// BrandContent is what a clerk writes. What is null or left out is not given.
// 品牌内容；空缺的照样保存，申报前补齐。超长、代码或电话有误的当即拒绝（422）
type BrandContent struct {
	Name             *string      `json:"name,omitzero" title:"品牌名称" maxLength:"50" example:"红色引擎"`                                             // 品牌名称，在本区不重复（不计全半角、大小写、空格、引号）
	Slogan           *string      `json:"slogan,omitzero" title:"品牌口号" maxLength:"100" example:"党建引领，服务到家"`                                     // 品牌口号
	Meaning          *string      `json:"meaning,omitzero" title:"品牌内涵" maxLength:"1000" example:"以党组织为引擎，带动小区治理。"`                             // 品牌内涵
	Carrier          *string      `json:"carrier,omitzero" title:"品牌载体" maxLength:"500" example:"社区党群服务中心"`                                     // 品牌载体
	Practices        *string      `json:"practices,omitzero" title:"主要做法" maxLength:"3000" example:"每周一次楼道议事。"`                                 // 主要做法
	Results          *string      `json:"results,omitzero" title:"工作成效" maxLength:"3000" example:"全年办结居民诉求三百件。"`                                // 工作成效
	Field            *brand.Field `json:"field,omitzero" title:"所属领域" example:"community"`                                                      // 所属领域
	HostOrganization *string      `json:"host_organization,omitzero" title:"创建单位" maxLength:"100" example:"示例社区党委"`                             // 创建单位
	CreditCode       *string      `json:"credit_code,omitzero" title:"统一社会信用代码" maxLength:"50" rule:"credit_code" example:"91330109MA0000000E"` // 创建单位的统一社会信用代码，18 位，按 GB 32100-2015 校验；没有的不填
	ContactName      *string      `json:"contact_name,omitzero" title:"联系人" maxLength:"50" example:"联系人甲"`                                      // 联系人
	ContactPhone     *string      `json:"contact_phone,omitzero" title:"联系电话" maxLength:"50" rule:"phone" example:"0571-00000000"`              // 联系电话，手机号或固定电话
}

// BrandInput declares a brand.
// 新建品牌
type BrandInput struct {
	AreaCode string `json:"area_code" title:"申报单位" validate:"required,area_code" example:"330109001"` // 申报的街道，或区（区直机关、学校、医院）；此后不可更改
	BrandContent
}

// BrandPatch changes a brand's content.
// 修改品牌：只改给出的字段，null 或空文本为清空
type BrandPatch struct {
	BrandContent
}

// brandPatch is what the body, which was decoded, gives of a brand's content: null takes a text away.
func (r *request) brandPatch() (brand.Patch, error) {
	p := brand.Patch{}
	if len(r.body) == 0 {
		return p, nil
	}
	var members map[string]*string
	if err := json.Unmarshal(r.body, &members); err != nil {
		return nil, err
	}
	for name, text := range members {
		p[name] = ""
		if text != nil {
			p[name] = *text
		}
	}
	return p, nil
}

// createBrand 新建品牌
//
//	@Summary		新建品牌
//	@Description	建立一个草稿；空缺的内容可以以后再补。本区已有同名品牌（不予认定、已撤销的除外）时答 409。
//	@Tags			brands
//	@ID				createBrand
//	@Param			Idempotency-Key	header		string		false	"幂等键"
//	@Param			body			body		BrandInput	true	"品牌"
//	@Success		201				{object}	Brand		"已新建"
//	@Header			201				{string}	ETag		"版本"
//	@Header			201				{string}	Location	"地址"
//	@Failure		403,404,409,422	{object}	Problem
//	@Router			/brands [post]
func createBrand(r *request) error {
	var in BrandInput
	if err := r.decode(&in); err != nil {
		return err
	}
	p, err := r.brandPatch()
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		s, err := brand.Create(tx, area.Code(in.AreaCode), p)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireBrand(&tx.Reader, s)
		return created(out, "/brands/"+s.ID, s.Version), err
	})
}

// getBrand 读取品牌
//
//	@Summary	读取品牌
//	@Description	给出品牌的内容、认定、材料，以及此刻的问题和当前账号可做的操作。
//	@Tags		brands
//	@ID			getBrand
//	@Param		id	path		string	true	"品牌编号"
//	@Success	200	{object}	Brand	"品牌"
//	@Header		200	{string}	ETag	"版本"
//	@Failure	404	{object}	Problem
//	@Router		/brands/{id} [get]
func getBrand(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		s, err := brand.Get(tx, id)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireBrand(tx, s)
		return ok(out, s.Version), err
	})
}

// editBrand 修改品牌
//
//	@Summary		修改品牌
//	@Description	修改草稿或已退回的品牌，只改给出的字段。名称有变动的，对相近名称的说明随之作废。
//	@Tags			brands
//	@ID				editBrand
//	@Param			id						path		string		true	"品牌编号"
//	@Param			If-Match				header		string		true	"读取时的 etag"
//	@Param			body					body		BrandPatch	true	"要改的字段"
//	@Success		200						{object}	Brand		"已修改"
//	@Header			200						{string}	ETag		"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id} [patch]
func editBrand(r *request) error {
	var in BrandPatch
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		p, err := r.brandPatch()
		if err != nil {
			return brand.Sheet{}, err
		}
		return brand.Edit(tx, act.id, act.pre, p)
	})
}

// deleteBrand 删除品牌
//
//	@Summary		删除品牌
//	@Description	删除从未申报过的草稿，连同其材料；申报过的须保留备查（409）。所属街道已撤并的，草稿和已退回的品牌只要从未得到认定，填报员和审核员都可以删除。
//	@Tags			brands
//	@ID				deleteBrand
//	@Param			id					path	string	true	"品牌编号"
//	@Param			If-Match			header	string	true	"读取时的 etag"
//	@Success		204					"已删除"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id} [delete]
func deleteBrand(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), brand.Delete(tx, id, pre)
	})
}

type brandListQuery struct {
	Area  string          `form:"area" validate:"omitempty,area_code" example:"330109"`                                                                                                                               // 该区划及以下；不填为本人所在区划
	State brand.State     `form:"state" validate:"omitempty,oneof=draft submitted returned rejected publicized recognized revoked" example:"recognized"`                                                              // 状态
	Field brand.Field     `form:"field" validate:"omitempty,oneof=community village government_office state_enterprise non_public_enterprise social_organization school hospital new_employment" example:"community"` // 所属领域
	Level plan.BrandLevel `form:"level" validate:"omitempty,oneof=district city province national" example:"city"`                                                                                                    // 今天有效的最高级别
	Q     string          `form:"q" validate:"max=100" example:"红色 引擎"`                                                                                                                                               // 在名称、口号、内涵、创建单位中查找；多个词（最多 8 个）用空格分隔，都要出现。不计全半角、大小写和标点
	Sort  string          `form:"sort" validate:"oneof=area -area name -name updated_at -updated_at" default:"area" example:"-updated_at"`                                                                            // 次序：区划、名称或最近变动时刻，前加 - 为倒序
	pageQuery
}

// listBrands 列出品牌
//
//	@Summary		列出、查找品牌
//	@Description	列出辖区内的品牌，可按区划、领域、级别、状态筛选，按关键词查找。
//	@Tags			brands
//	@ID				listBrands
//	@Param			query	query		brandListQuery	false	"查询"
//	@Success		200		{object}	Page[Brand]		"一页品牌"
//	@Failure		404		{object}	Problem
//	@Router			/brands [get]
func listBrands(r *request) error {
	var q brandListQuery
	if err := r.query(&q); err != nil {
		return err
	}
	f := brand.Filter{Area: r.atArea(q.Area), State: q.State, Field: q.Field, Level: q.Level, Terms: text.Terms(q.Q), Limit: q.Limit + 1}
	if strings.TrimSpace(q.Q) != "" && len(f.Terms) == 0 {
		return fault.Invalid("q", fault.Text{ZH: "查找的内容里没有文字或数字。", EN: "There is neither letter nor digit to look for."}, fault.Text{ZH: "请填一个或几个词，如“红色 引擎”。", EN: "Give one word or several."})
	}
	if len(f.Terms) > brand.MaxTerms {
		return fault.Invalid("q", fault.Textf("查找的词有 %d 个，最多 %d 个。", "There are %d words to look for, %d at most.", len(f.Terms), brand.MaxTerms), fault.Text{ZH: "请只留最要紧的几个词。", EN: "Keep the words that matter most."})
	}
	f.Sort, f.Descending = brand.Sort(strings.TrimPrefix(q.Sort, "-")), q.Sort[0] == '-'
	after, err := r.after(q.pageQuery)
	if err == nil && after != nil {
		f.After, err = brandPlace(f.Sort, after)
	}
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		f.On = tx.Today()
		sheets, err := brand.List(tx, f)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, q.pageQuery, sheets,
			func(s brand.Sheet) []string {
				at := map[brand.Sort]string{brand.SortArea: string(s.Area), brand.SortName: s.NameKey, brand.SortUpdated: etagOf(s.Version)}[f.Sort]
				return []string{at, strconv.FormatInt(s.Number, 10)}
			},
			func(s brand.Sheet) (Brand, error) { return r.wireBrand(tx, s) })
		if err == nil && q.Count {
			out.Total, err = total(brand.Count(tx, f))
		}
		return plain(out), err
	})
}

// brandPlace reads where a page begins. It fails with InvalidRequest.
func brandPlace(by brand.Sort, key []string) (*brand.Place, error) {
	refused := fault.Invalid("cursor", fault.Text{ZH: "游标无效。", EN: "The cursor is invalid."},
		fault.Text{ZH: "请去掉 cursor，从第一页重新读取。", EN: "Drop cursor and read from the first page again."})
	if len(key) != 2 {
		return nil, refused
	}
	number, err := strconv.ParseInt(key[1], 10, 64)
	if err != nil {
		return nil, refused
	}
	p := brand.Place{Number: number}
	switch by {
	case brand.SortName:
		p.NameKey = key[0]
	case brand.SortUpdated:
		version, err := strconv.ParseInt(key[0], 10, 64)
		if err != nil {
			return nil, refused
		}
		p.Version = period.Instant(version)
	default:
		p.Area = area.Code(key[0])
	}
	return &p, nil
}
