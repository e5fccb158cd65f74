package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"errors"
	"io"
	"mime/multipart"
	"time"
)

// Evidence is a file of a brand.
// 一份材料
type Evidence struct {
	ID        string        `json:"id" validate:"uuid" example:"01890a5d-ac96-774b-bcce-b302099a8059"`                                          // 材料编号
	Purpose   brand.Purpose `json:"purpose" example:"evidence"`                                                                                 // 用途
	FileName  string        `json:"file_name" example:"认定文件.pdf"`                                                                               // 文件名
	MediaType media.Type    `json:"media_type" example:"application/pdf"`                                                                       // 保存下来的类型，按内容判定；webp 转存为 jpg 或 png
	SizeBytes int64         `json:"size_bytes" minimum:"1" example:"20480"`                                                                     // 字节数
	SHA256    string        `json:"sha256" pattern:"^[0-9a-f]{64}$" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"` // 保存下来的内容的 SHA-256；图片经重新编码，与上传的原文件不同
	CreatedAt time.Time     `json:"created_at" example:"2026-10-08T02:00:00.000001Z"`                                                           // 上传时刻
	CreatedBy AccountRef    `json:"created_by"`                                                                                                 // 上传人
}

func (r *request) wireEvidence(tx *store.Reader, e brand.Evidence) (Evidence, error) {
	who, err := r.accountRef(tx, &e.CreatedBy, &e.CreatedAt)
	if err != nil {
		return Evidence{}, err
	}
	return Evidence{e.ID, e.Purpose, e.FileName, media.Type(e.MediaType), e.SizeBytes, e.SHA256, instant(e.CreatedAt), *who}, nil
}

// locateEvidence says where the file of an id lies.
func locateEvidence(tx *store.Reader, id string) (area.Code, error) {
	e, err := tx.EvidenceByID(id)
	return e.Area, err
}

type evidenceListQuery struct {
	pageQuery
}

// listEvidence 品牌的材料
//
//	@Summary		品牌的材料
//	@Description	佐证材料和品牌标识，按上传先后。
//	@Tags			brands
//	@ID				listEvidence
//	@Param			id		path		string				true	"品牌编号"
//	@Param			query	query		evidenceListQuery	false	"查询"
//	@Success		200		{object}	Page[Evidence]		"一页材料"
//	@Failure		404		{object}	Problem
//	@Router			/brands/{id}/evidence [get]
func listEvidence(r *request) error {
	var q evidenceListQuery
	id, err := r.idParam("id")
	if err == nil {
		err = r.query(&q)
	}
	if err != nil {
		return err
	}
	after, err := r.after(q.pageQuery)
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		files, err := brand.Files(tx, id)
		if err != nil {
			return answer{}, err
		}
		all := int64(len(files))
		for len(after) == 1 && len(files) > 0 && files[0].ID <= after[0] {
			files = files[1:]
		}
		out, err := page(r, q.pageQuery, files, func(e brand.Evidence) []string { return []string{e.ID} },
			func(e brand.Evidence) (Evidence, error) { return r.wireEvidence(tx, e) })
		if q.Count {
			out.Total = &all
		}
		return plain(out), err
	})
}

// evidenceForm is an upload, for the document; readForm reads it.
// 上传
//
//lint:ignore U1000 the annotation of uploadEvidence names it
type evidenceForm struct {
	File    *multipart.FileHeader `form:"file" validate:"required"`   // 文件：pdf、ofd、jpg、png、webp、docx、xlsx，不超过 10 MiB
	Purpose formPurpose           `form:"purpose" example:"evidence"` // 用途；不填或留空为佐证材料
}

// formPurpose is a purpose as a form may send it: empty where nothing was chosen.
// 上传的用途；空文本即没有选，为佐证材料
// openapi: {"type":"string","enum":["evidence","logo",""]}
type formPurpose string

// uploadEvidence 上传材料
//
//	@Summary		上传材料
//	@Description	上传佐证材料（每个品牌至多 20 份）或品牌标识（一个，只能是图片，新的替换旧的）。类型按内容判定；图片重新编码，按拍摄方向转正，不保留拍摄信息，webp 转存为 jpg 或 png；有宏、嵌入的对象或外部引用的文件不收。图片和 Office 文件逐份处理：等待超过 5 秒则答复 503，稍后用同一请求重试。不予认定、已撤销的品牌不能上传（409）。
//	@Tags			brands
//	@ID				uploadEvidence
//	@Accept			mpfd
//	@Param			id						path		string			true	"品牌编号"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			form					formData	evidenceForm	true	"文件"
//	@Success		201						{object}	Evidence		"已上传"
//	@Header			201						{string}	Location		"地址"
//	@Failure		403,404,409,413,415,422	{object}	Problem
//	@Router			/brands/{id}/evidence [post]
func uploadEvidence(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	up, err := r.upload(func(p brand.Purpose) error { // before the file is decoded, which takes long
		if err := r.replay(); err != nil {
			return err
		}
		return r.read(func(tx *store.Reader) error {
			_, _, err := brand.Attachable(tx, id, p)
			return err
		})
	})
	if errors.Is(err, errReplayed) {
		return nil
	}
	if err != nil {
		return err
	}
	defer up.close()
	if up.refusal != nil {
		return up.refusal
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		if _, err := up.content.Seek(0, io.SeekStart); err != nil {
			return answer{}, err
		}
		e, err := brand.Attach(tx, id, up.file, up.content)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireEvidence(&tx.Reader, e)
		a := created(out, "/evidence/"+e.ID, e.Version)
		a.etag = ""
		return a, err
	})
}

// getEvidence 下载材料
//
//	@Summary		下载材料
//	@Description	材料的内容。图片以 inline 给出（须带令牌取回，再用 blob: 地址显示），其他类型一律作为附件下载。
//	@Tags			brands
//	@ID				getEvidence
//	@Produce		application/pdf,application/ofd,image/jpeg,image/png,application/vnd.openxmlformats-officedocument.wordprocessingml.document,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
//	@Param			id				path		string	true	"材料编号"
//	@Param			If-None-Match	header		string	false	"上次得到的 ETag"
//	@Success		200				{file}		file	"内容"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag				"内容的 SHA-256"
//	@Header			200				{string}	Content-Disposition	"文件名"
//	@Failure		404				{object}	Problem
//	@Router			/evidence/{id} [get]
func getEvidence(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		e, err := brand.GetFile(tx, id)
		return stored(e, media.Type(e.MediaType).Image()), err
	})
}

// deleteEvidence 删除材料
//
//	@Summary		删除材料
//	@Description	删除一份材料。认定所依据的材料不能删除（409）。
//	@Tags			brands
//	@ID				deleteEvidence
//	@Param			id			path	string	true	"材料编号"
//	@Success		204			"已删除"
//	@Failure		403,404,409	{object}	Problem
//	@Router			/evidence/{id} [delete]
func deleteEvidence(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), brand.Detach(tx, id)
	})
}
