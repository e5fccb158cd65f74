package media

import (
	"brandregistry/internal/fault"
	"encoding/xml"
	"path"
	"slices"
	"strings"
)

func macro() error {
	return refused("file_macro", fault.Text{ZH: "文件里有宏，不能上传。", EN: "The file holds macros, which are not taken."}, fault.Text{ZH: "请另存为不含宏的 docx 或 xlsx。", EN: "Save it as docx or xlsx without macros."})
}

func embedded(what fault.Text) error {
	return refused("file_object", fault.Textf("文件里嵌入了%s，不能上传。", "The file holds %s, which is not taken.", what),
		fault.Text{ZH: "请删去它（需要的内容另存为 PDF 单独上传），或把整个文件另存为 PDF 后再上传。", EN: "Remove it, or save the file as PDF and upload that."})
}

func external(what fault.Text, target string) error {
	if target != "" {
		what = fault.Textf("%s（%s）", "%s (%s)", what, target)
	}
	return refused("file_external", fault.Textf("文件引用了外部的%s，打开时会去读取，不能上传。", "The file refers to %s outside of it, which is read when it is opened; that is not taken.", what),
		fault.Text{ZH: "请在 Word 或 Excel（WPS）中断开链接：模板在“开发工具—文档模板”里改用 Normal，工作簿在“数据—编辑链接”里，图片和对象在“文件—信息—编辑指向文件的链接”里；或另存为 PDF 后再上传。",
			EN: "Break the link (templates under Developer, workbooks under Data, Edit Links, pictures and objects under File, Info), or save the file as PDF."})
}

// What may stand outside of a file, by the last element of a relationship's type in lower case.
var outside = map[string]fault.Text{
	"attachedtemplate": {ZH: "模板", EN: "a template"},
	"image":            {ZH: "图片", EN: "a picture"},
	"oleobject":        {ZH: "对象", EN: "an object"},
	"package":          {ZH: "对象", EN: "an object"},
	"externallinkpath": workbookText,
	"frame":            {ZH: "网页框架", EN: "a frame"},
	"subdocument":      {ZH: "子文档", EN: "a subdocument"},
	"mailmergesource":  dataText,
}

var (
	workbookText = fault.Text{ZH: "工作簿", EN: "a workbook"}
	dataText     = fault.Text{ZH: "数据源", EN: "a source of data"}
	controlText  = fault.Text{ZH: "控件", EN: "a control"}
	objectText   = fault.Text{ZH: "对象（如双击打开的附件）", EN: "an object, such as an attachment"}
)

// isMacro reports whether a part holds macros, by its name and its content type.
func isMacro(name, t string) bool {
	return path.Base(name) == "vbaproject.bin" || strings.Contains(t, "macro") || strings.Contains(t, "vbaproject") || strings.Contains(t, "vbadata")
}

// checkPart refuses a part of an office file by its name, its content type and its content.
func (a *archive) checkPart(i int, t string) error {
	name := a.names[i]
	switch {
	case strings.Contains(t, "activex"):
		return embedded(controlText)
	case strings.Contains(t, "oleobject") || strings.Contains("/"+name, "/embeddings/") && !isPackage(name):
		return embedded(objectText)
	case strings.HasSuffix(t, ".externallink+xml"): // to another workbook, or to a program by DDE
		return external(workbookText, "")
	case strings.HasSuffix(t, ".connections+xml") || strings.HasSuffix(t, ".querytable+xml"):
		return external(dataText, "")
	case path.Ext(name) == ".rels":
		return a.walk(a.files[i], checkRelationship)
	case strings.Contains(t, ".wordprocessingml.") && strings.HasSuffix(t, "+xml"):
		return a.walk(a.files[i], new(fields).check)
	}
	return nil
}

// isPackage reports whether a part is an office file itself, as the data of a chart are.
func isPackage(name string) bool {
	return slices.Contains([]string{".docx", ".xlsx", ".pptx"}, path.Ext(name))
}

// checkRelationship refuses what a file is related to: macros, controls and objects, and all that is
// outside of it but what links lead to.
func checkRelationship(token xml.Token) error {
	e, is := token.(xml.StartElement)
	if !is || e.Name.Local != "Relationship" {
		return nil
	}
	target := attribute(e, "Target")
	kind := path.Base(strings.ToLower(attribute(e, "Type")))
	isOutside := strings.EqualFold(attribute(e, "TargetMode"), "external") || strings.Contains(target, "://") || strings.HasPrefix(target, `\\`)
	switch {
	case kind == "hyperlink":
		return nil
	case strings.Contains(kind, "macro") || strings.Contains(kind, "vba"):
		return macro()
	case isOutside:
		what, known := outside[kind]
		if !known {
			what = fault.Text{ZH: "内容", EN: "something"}
		}
		return external(what, cut(target, 200))
	case kind == "control" || strings.Contains(kind, "activex"):
		return embedded(controlText)
	case kind == "oleobject" || kind == "package" && !isPackage(strings.ToLower(target)):
		return embedded(objectText)
	}
	return nil
}

// cut returns the beginning of a text.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// maxField is how much of a field's instruction is looked at.
const maxField = 4096

// fields finds the fields of a document that ask another program for data (DDE). An instruction may be
// in pieces.
type fields struct {
	inside      bool // an instruction's text
	instruction string
}

func (f *fields) check(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		switch token.Name.Local {
		case "fldSimple":
			return checkField(attribute(token, "instr"))
		case "fldChar":
			f.instruction = ""
		case "instrText":
			f.inside = true
		}
	case xml.EndElement:
		if f.inside && token.Name.Local == "instrText" {
			f.inside = false
			return checkField(f.instruction)
		}
	case xml.CharData:
		if f.inside && len(f.instruction) < maxField {
			f.instruction += string(token)
		}
	}
	return nil
}

func checkField(instruction string) error {
	words := strings.Fields(instruction)
	if len(words) > 0 && (strings.EqualFold(words[0], "DDE") || strings.EqualFold(words[0], "DDEAUTO")) {
		return external(fault.Text{ZH: "程序", EN: "a program"}, cut(strings.TrimSpace(instruction), 200))
	}
	return nil
}
