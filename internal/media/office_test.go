package media

import (
	"archive/zip"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 is a part in UTF-16, with a mark of its order or none, and saying so.
func inUTF16(e entry, order binary.AppendByteOrder, mark bool) entry {
	content := strings.Replace(e.content, `encoding="UTF-8"`, `encoding="UTF-16"`, 1)
	if mark {
		content = "\uFEFF" + content
	}
	var b []byte
	for _, unit := range utf16.Encode([]rune(content)) {
		b = order.AppendUint16(b, unit)
	}
	return entry{e.name, string(b)}
}

// encodings are the ways to write a part.
var encodings = map[string]func(entry) entry{
	"UTF-8":                   func(e entry) entry { return e },
	"UTF-8 with a mark":       func(e entry) entry { return entry{e.name, "\uFEFF" + e.content} },
	"UTF-16LE":                func(e entry) entry { return inUTF16(e, binary.LittleEndian, true) },
	"UTF-16BE":                func(e entry) entry { return inUTF16(e, binary.BigEndian, true) },
	"UTF-16LE without a mark": func(e entry) entry { return inUTF16(e, binary.LittleEndian, false) },
	"UTF-16BE without a mark": func(e entry) entry { return inUTF16(e, binary.BigEndian, false) },
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>`

// related is a list of relationships, each a type's last element, a target and a mode.
func related(name string, list ...[3]string) entry {
	var b strings.Builder
	b.WriteString(declaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range list {
		b.WriteString(`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/` + r[0] + `" Target="` + r[1] + `"`)
		if r[2] != "" {
			b.WriteString(` TargetMode="` + r[2] + `"`)
		}
		b.WriteString(`/>`)
	}
	return entry{name, b.String() + `</Relationships>`}
}

// field is a document with the instruction of a field in pieces.
func field(pieces ...string) entry {
	const w = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	text := `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`
	for _, p := range pieces {
		text += `<w:r><w:instrText xml:space="preserve">` + p + `</w:instrText></w:r>`
	}
	return entry{"word/document.xml", declaration + `<w:document ` + w + `><w:body><w:p>` + text + `<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body></w:document>`}
}

// A part in UTF-16 is as good as one in UTF-8, and no place to hide.
func TestPartsInUTF16(t *testing.T) {
	hyperlink := related("word/_rels/document.xml.rels", [3]string{"hyperlink", "https://example.org/", "External"}, [3]string{"styles", "styles.xml", ""})
	template := related("word/_rels/settings.xml.rels", [3]string{"attachedTemplate", "http://x.example/a.dotm", "External"})
	docm := entry{docxTypes.name, strings.Replace(docxTypes.content, mainDocument, "application/vnd.ms-word.document.MACROEnabled.main+xml", 1)}
	for what, in := range encodings {
		t.Run(what, func(t *testing.T) {
			file := zipOf(t, zip.Deflate, in(docxTypes), in(hyperlink), in(field(" PAGE ")))
			if got, _ := mustTake(t, file, "a.docx"); got.Type != DOCX {
				t.Errorf("%+v", got)
			}
			if got, _ := mustTake(t, zipOf(t, zip.Deflate, in(xlsxTypes), in(xlsxBody)), "a.xlsx"); got.Type != XLSX {
				t.Errorf("%+v", got)
			}
			mustRefuse(t, zipOf(t, zip.Deflate, in(docxTypes), docxBody, in(template)), "a.docx", "file_external")
			mustRefuse(t, zipOf(t, zip.Deflate, in(docxTypes), in(field("DDEAUTO c:\\x"))), "a.docx", "file_external")
			mustRefuse(t, zipOf(t, zip.Deflate, in(docm), docxBody), "a.docx", "file_macro")
		})
	}
	for what, types := range map[string]string{
		"half of UTF-16":       inUTF16(docxTypes, binary.LittleEndian, true).content[:301],
		"another encoding":     strings.Replace(docxTypes.content, "UTF-8", "GBK", 1),
		"a type of document":   strings.Replace(docxTypes.content, "?>", "?><!DOCTYPE Types>", 1),
		"two roots, one cut":   docxTypes.content + "<Types>",
		"an entity of its own": strings.Replace(docxTypes.content, mainDocument, "&main;", 1),
	} {
		if v := mustRefuse(t, zipOf(t, zip.Deflate, entry{docxTypes.name, types}, docxBody), "a.docx", "file_damaged"); v.Message.ZH != "文件已损坏，或不是真正的 docx、xlsx 文件。" {
			t.Errorf("%s: %s", what, v.Message.ZH)
		}
	}
}

// What is read from outside when a file is opened, or acts then, is refused as macros are, in words.
func TestOfficeFilesThatAct(t *testing.T) {
	docx := func(parts ...entry) []byte {
		return zipOf(t, zip.Deflate, slices.Concat([]entry{docxTypes, docxBody}, parts)...)
	}
	docxWith := func(told string, parts ...entry) []byte {
		return zipOf(t, zip.Deflate, slices.Concat([]entry{contentTypes("/word/document.xml="+mainDocument, told), docxBody}, parts)...)
	}
	xlsxWith := func(told string, parts ...entry) []byte {
		return zipOf(t, zip.Deflate, slices.Concat([]entry{contentTypes("/xl/workbook.xml="+mainSheet, told), xlsxBody}, parts)...)
	}
	rel := func(kind, target, mode string) entry {
		return related("word/_rels/document.xml.rels", [3]string{kind, target, mode})
	}
	template := related("word/_rels/settings.xml.rels", [3]string{"attachedTemplate", "file:///C:/模板/甲.dotm", "External"})
	const office = "application/vnd.openxmlformats-officedocument."
	for _, c := range []struct {
		what    string
		content []byte
		code    string
		says    string
	}{
		{"external template", docx(template), "file_external", "文件引用了外部的模板（file:///C:/模板/甲.dotm），打开时会去读取，不能上传。"},
		{"external template, mode in another case", docx(rel("ATTACHEDTEMPLATE", "http://x.example/a.dotx", "external")), "file_external", "外部的模板"},
		{"external template without a mode", docx(rel("attachedTemplate", "http://x.example/a.dotx", "")), "file_external", "外部的模板"},
		{"template of another computer", docx(rel("attachedTemplate", `\\10.0.0.1\a\b.dotm`, "")), "file_external", "外部的模板"},
		{"its relationships under another name", docx(entry{`WORD\_RELS\Settings.xml.RELS`, template.content}), "file_external", "外部的模板"},
		{"frame", docx(rel("frame", "http://x.example/", "External")), "file_external", "外部的网页框架"},
		{"subdocument", docx(rel("subDocument", "b.docx", "External")), "file_external", "外部的子文档"},
		{"linked object", docx(rel("oleObject", "file:///a.xlsx", "External")), "file_external", "外部的对象"},
		{"linked picture", docx(rel("image", "http://x.example/a.png", "External")), "file_external", "外部的图片"},
		{"something else outside", docx(rel("whatever", "http://x.example/", "External")), "file_external", "外部的内容"},
		{"field of DDE", zipOf(t, zip.Deflate, docxTypes, field(`DDEAUTO c:\\windows\\cmd.exe "/k calc"`)), "file_external", "外部的程序（DDEAUTO c:"},
		{"field of DDE in pieces", zipOf(t, zip.Deflate, docxTypes, field(" D", "De", "  Excel x")), "file_external", "外部的程序（"},
		{"simple field of DDE", zipOf(t, zip.Deflate, docxTypes, entry{"word/document.xml", `<document xmlns:w="w"><w:fldSimple w:instr=" ddeauto x y"/></document>`}), "file_external", "外部的程序（"},
		{"field of DDE in a header", docxWith("/word/header1.xml="+office+"wordprocessingml.header+xml", entry{"word/header1.xml", field("DDE x").content}), "file_external", "外部的程序（"},
		{"link to another workbook", xlsxWith("/xl/externalLinks/externalLink1.xml="+office+"spreadsheetml.externalLink+xml", entry{"xl/externalLinks/externalLink1.xml", "<externalLink/>"}), "file_external", "外部的工作簿"},
		{"path to another workbook", xlsxWith("xlsx:x", related("xl/externalLinks/_rels/externalLink1.xml.rels", [3]string{"externalLinkPath", "b.xlsx", "External"})), "file_external", "外部的工作簿（b.xlsx）"},
		{"connection to a database", xlsxWith("/xl/connections.xml="+office+"spreadsheetml.connections+xml", entry{"xl/connections.xml", "<connections/>"}), "file_external", "外部的数据源"},
		{"ActiveX", docxWith("/word/activeX/activeX1.xml=application/vnd.ms-office.activeX+xml", entry{"word/activeX/activeX1.xml", "<ocx/>"}), "file_object", "嵌入了控件"},
		{"ActiveX by its relationship", docx(rel("control", "x.xml", "")), "file_object", "嵌入了控件"},
		{"embedded object", docxWith("bin:"+office+"oleObject", entry{"word/embeddings/oleObject1.bin", "x"}), "file_object", "嵌入了对象（如双击打开的附件）"},
		{"embedded object of no type", docx(entry{"word/embeddings/oleObject1.bin", "x"}), "file_object", "嵌入了对象"},
		{"embedded object elsewhere", docx(rel("oleObject", "media/a.png", "")), "file_object", "嵌入了对象"},
		{"embedded program", docx(rel("package", "media/a.exe", "")), "file_object", "嵌入了对象"},
		{"macros by their relationship", docx(related("word/_rels/document.xml.rels", [3]string{"vbaProject", "x.bin", ""})), "file_macro", "宏"},
		{"macros in another case", docxWith("BIN:Application/vnd.ms-office.VBAPROJECT", entry{"word/x.bin", "x"}), "file_macro", "宏"},
		{"macros in an embedded workbook", docxWith("xlsm:application/vnd.ms-excel.sheet.macroEnabled.12", entry{"word/embeddings/a.xlsm", "x"}), "file_macro", "宏"},
		{"types in pieces", docx(entry{"[Content_Types].xml/[0].piece", "<Types"}), "file_damaged", "不是真正的 docx"},
		{"relationships that are no XML", docx(entry{"word/_rels/document.xml.rels", "<Relationships"}), "file_damaged", "不是真正的 docx"},
		{"relationships without end", docx(entry{"word/_rels/document.xml.rels", "<Relationships>" + strings.Repeat(" ", maxInflated) + "</Relationships>"}), "file_damaged", "不是真正的 docx"},
	} {
		t.Run(c.what, func(t *testing.T) {
			v := mustRefuse(t, c.content, "a.docx", c.code)
			if !strings.Contains(v.Message.ZH, c.says) || c.code != "file_damaged" && c.code != "file_macro" && !strings.Contains(v.Hint.ZH, "PDF") {
				t.Errorf("%+v does not say %q", v, c.says)
			}
		})
	}
}

// What offices write every day is taken.
func TestOfficeFilesThatDoNot(t *testing.T) {
	const office = "application/vnd.openxmlformats-officedocument."
	for what, parts := range map[string][]entry{
		"links":               {related("word/_rels/document.xml.rels", [3]string{"hyperlink", "http://x.example/", "External"}, [3]string{"hyperlink", "file:///C:/a.docx", "External"}, [3]string{"image", "media/a.png", "Internal"})},
		"template of its own": {related("word/_rels/settings.xml.rels", [3]string{"attachedTemplate", "Normal.dotx", ""})},
		"chart":               {entry{"word/embeddings/Microsoft_Excel_Sheet1.xlsx", "x"}, related("word/charts/_rels/chart1.xml.rels", [3]string{"package", "../embeddings/Microsoft_Excel_Sheet1.xlsx", ""})},
		"fields":              {entry{"word/footer1.xml", field(" TOC \\o ", "DDE").content}},
	} {
		list := contentTypes("/word/document.xml="+mainDocument, "xlsx:"+office+"spreadsheetml.sheet", "/word/footer1.xml="+office+"wordprocessingml.footer+xml")
		if got, _ := mustTake(t, zipOf(t, zip.Deflate, slices.Concat([]entry{list, docxBody}, parts)...), "a.docx"); got.Type != DOCX {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

const ofdXMLNS = `xmlns:ofd="http://www.ofdspec.org/2016"`

var (
	ofdRoot    = entry{"OFD.xml", declaration + `<ofd:OFD ` + ofdXMLNS + ` Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`}
	ofdDoc     = ofdWith("")
	ofdPage    = entry{"Doc_0/Pages/Page_0/Content.xml", `<ofd:Page ` + ofdXMLNS + `/>`}
	ofdInvoice = entry{"Doc_0/Attachs/original_invoice.xml", "<invoice/>"}
)

// ofdWith is a document with actions.
func ofdWith(actions string) entry {
	return entry{"Doc_0/Document.xml", declaration + `<ofd:Document ` + ofdXMLNS + `><ofd:CommonData/><ofd:Pages/>` + actions + `</ofd:Document>`}
}

func TestOFD(t *testing.T) {
	link := ofdWith(`<ofd:Actions><ofd:Action Event="CLICK"><ofd:URI URI="https://example.org/"/></ofd:Action><ofd:Action Event="DO"><ofd:Goto/></ofd:Action></ofd:Actions>`)
	for what, parts := range map[string][]entry{
		"plain": {ofdRoot, ofdDoc, ofdPage}, "an invoice": {ofdInvoice, ofdPage, ofdDoc, ofdRoot}, "a link": {ofdRoot, link},
		"from the root":         {entry{"OFD.xml", strings.Replace(ofdRoot.content, "Doc_0", "/Doc_0", 1)}, ofdDoc},
		"of another prefix":     {entry{"OFD.xml", strings.ReplaceAll(strings.ReplaceAll(ofdRoot.content, "ofd:", ""), "xmlns:ofd", "xmlns")}, ofdDoc},
		"in UTF-16":             {inUTF16(ofdRoot, binary.LittleEndian, true), inUTF16(ofdDoc, binary.BigEndian, false)},
		"written by a computer": {entry{`ofd.XML`, ofdRoot.content}, entry{`DOC_0\document.xml`, ofdDoc.content}},
	} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			got, out := mustTake(t, zipOf(t, method, parts...), "批文.ofd")
			if got.Type != OFD || got.Name != "批文.ofd" || got.Type.Image() || len(out) == 0 {
				t.Errorf("%s: %+v", what, got)
			}
		}
	}
	opens := `<ofd:Actions><ofd:Action Event="DO"><ofd:URI URI="http://x.example/"/></ofd:Action></ofd:Actions>`
	for _, c := range []struct {
		what  string
		parts []entry
		code  string
		says  string
	}{
		{"no root", []entry{{"OFD.xml", "<ofd/>"}, ofdDoc}, "file_damaged", "文件已损坏，或不是真正的 OFD 文件。"},
		{"another namespace", []entry{{"OFD.xml", strings.Replace(ofdRoot.content, "2016", "2099", 1)}, ofdDoc}, "file_damaged", "OFD 文件"},
		{"no document", []entry{ofdRoot, ofdPage}, "file_damaged", "OFD 文件"},
		{"a document outside", []entry{{"OFD.xml", strings.Replace(ofdRoot.content, "Doc_0/", "../", 1)}, ofdDoc}, "file_damaged", "OFD 文件"},
		{"a document that is none", []entry{ofdRoot, {"Doc_0/Document.xml", "<Document/>"}}, "file_damaged", "OFD 文件"},
		{"a document that is cut off", []entry{ofdRoot, {"Doc_0/Document.xml", ofdDoc.content[:120]}}, "file_damaged", "OFD 文件"},
		{"a document without end", []entry{ofdRoot, ofdWith(strings.Repeat(" ", maxInflated))}, "file_damaged", "OFD 文件"},
		{"two roots", []entry{ofdRoot, ofdRoot, ofdDoc}, "file_damaged", "损坏"},
		{"Word, too", []entry{ofdRoot, ofdDoc, docxTypes, docxBody}, "file_damaged", "损坏"},
		{"a program", []entry{ofdRoot, ofdDoc, {"Doc_0/Attachs/发票.EXE", "MZ"}}, "file_object", "程序（发票.exe）"},
		{"a script", []entry{ofdRoot, ofdDoc, {"Doc_0/Res/a.js", "x"}}, "file_object", "程序（a.js）"},
		{"an address that it opens", []entry{ofdRoot, ofdWith(opens)}, "file_external", "一打开就会访问外部地址"},
		{"an address that it opens, in UTF-16", []entry{ofdRoot, inUTF16(ofdWith(opens), binary.LittleEndian, true)}, "file_external", "一打开就会访问外部地址"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if v := mustRefuse(t, zipOf(t, zip.Deflate, c.parts...), "a.ofd", c.code); !strings.Contains(v.Message.ZH, c.says) || !strings.Contains(v.Hint.ZH, "PDF") && c.says != "损坏" {
				t.Errorf("%+v does not say %q", v, c.says)
			}
		})
	}
}

// A file of very many parts is not looked into.
func TestManyParts(t *testing.T) {
	parts := []entry{docxTypes, docxBody}
	for range maxParts {
		parts = append(parts, entry{"x", ""})
	}
	mustRefuse(t, zipOf(t, zip.Store, parts...), "a.docx", "file_damaged")
	mustTake(t, zipOf(t, zip.Store, parts[:maxParts]...), "a.docx")
}
