package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"encoding/xml"
	"errors"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// parts tells what the parts of an office file are (ECMA-376, part 2, 7.2.3). Names and types are in
// lower case.
type parts struct {
	named map[string]string // by name, without a leading slash
	rest  map[string]string // by ending
}

func (p parts) of(name string) string {
	if t, ok := p.named[name]; ok {
		return t
	}
	return p.rest[path.Ext(name)]
}

// The content types of the parts that make a file a document or a sheet.
const (
	mainDocument = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	mainSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

func damagedOffice() error {
	return refused("file_damaged", fault.Text{ZH: "文件已损坏，或不是真正的 docx、xlsx 文件。", EN: "The file is damaged, or no true docx or xlsx file."},
		fault.Text{ZH: "请用 Word 或 Excel（WPS）打开，另存为 docx 或 xlsx 后再上传。", EN: "Open it, save it as docx or xlsx, and upload that."})
}

// office says whether a zip file that was found to be something is a document, a sheet or an OFD file, by
// what it says itself of its parts. It refuses all else, and what would act once it is opened.
func office(f *source, found *mimetype.MIME) (Type, error) {
	isOffice := found.Is(string(DOCX)) || found.Is(string(XLSX))
	a, err := openArchive(f)
	if err != nil {
		return "", damagedOffice()
	}
	var list, root *zip.File
	for i, name := range a.names {
		switch {
		case name == "[content_types].xml" && list != nil || name == "ofd.xml" && root != nil: // which of them would be believed?
			return "", damagedOffice()
		case name == "[content_types].xml":
			list = a.files[i]
		case name == "ofd.xml":
			root = a.files[i]
		case strings.HasSuffix(name, ".piece"): // of a part in pieces, as no office program writes
			return "", damagedOffice()
		}
	}
	switch {
	case list != nil && root != nil:
		return "", damagedOffice()
	case root != nil:
		return OFD, a.checkOFD(root)
	case list == nil && isOffice:
		return "", damagedOffice()
	case list == nil:
		return "", notTaken(found)
	}
	kind, err := a.checkOffice(list)
	if err == nil && kind == "" {
		if err = notTaken(found); isOffice {
			err = damagedOffice()
		}
	}
	return kind, err
}

// checkOffice tells what an office file is by its list of content types; "" when it is neither a document
// nor a sheet. It refuses what would act once the file is opened.
func (a *archive) checkOffice(list *zip.File) (kind Type, err error) {
	all, err := a.readTypes(list)
	if err != nil {
		return "", damagedOffice()
	}
	for _, name := range a.names {
		switch t := all.of(name); {
		case isMacro(name, t):
			return "", macro()
		case t == mainDocument:
			kind = DOCX
		case t == mainSheet:
			kind = XLSX
		}
	}
	if kind == "" {
		return "", nil
	}
	for i, name := range a.names {
		if err := a.checkPart(i, all.of(name)); fault.Is(err, fault.RuleViolation) {
			return "", err
		} else if err != nil {
			return "", damagedOffice()
		}
	}
	return kind, nil
}

// readTypes reads the list of content types.
func (a *archive) readTypes(list *zip.File) (parts, error) {
	p := parts{map[string]string{}, map[string]string{}}
	root := false
	err := a.walk(list, func(token xml.Token) error {
		e, is := token.(xml.StartElement)
		if !is {
			return nil
		}
		root = true
		t := strings.ToLower(attribute(e, "ContentType"))
		switch e.Name.Local {
		case "Default":
			p.rest["."+strings.ToLower(attribute(e, "Extension"))] = t
		case "Override":
			p.named[strings.ToLower(strings.TrimPrefix(attribute(e, "PartName"), "/"))] = t
		}
		return nil
	})
	if err == nil && !root {
		err = errors.New("no content types")
	}
	return p, err
}
