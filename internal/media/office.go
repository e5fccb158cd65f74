package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// maxContentTypes is how much is inflated of the only part of an office file that is.
const maxContentTypes = 1 << 20

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

// office says whether a zip file that was found to be something is a document or a sheet, by what it
// says itself of its parts. It refuses all else, and macros.
func office(f *source, found *mimetype.MIME) (Type, error) {
	damaged := refused("file_damaged", fault.Text{ZH: "文件已损坏，或不是真正的 docx、xlsx 文件。", EN: "The file is damaged, or no true docx or xlsx file."},
		fault.Text{ZH: "请用 Word 或 Excel（WPS）打开，另存为 docx 或 xlsx 后再上传。", EN: "Open it, save it as docx or xlsx, and upload that."})
	z, err := zip.NewReader(f, f.size)
	if err != nil {
		return "", damaged
	}
	var list *zip.File
	names := make([]string, len(z.File))
	for i, file := range z.File {
		names[i] = strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(file.Name, `\`, "/"), "/"))
		switch names[i] {
		case "[content_types].xml":
			if list != nil { // which of them would be believed?
				return "", damaged
			}
			list = file
		case "ofd.xml":
			return "", unknown("ofd")
		}
	}
	isOffice := found.Is(string(DOCX)) || found.Is(string(XLSX))
	if list == nil && !isOffice {
		return "", notTaken(found)
	}
	all, err := readParts(list)
	if err != nil {
		return "", damaged
	}
	var kind Type
	for _, name := range names {
		t := all.of(name)
		switch {
		case path.Base(name) == "vbaproject.bin" || strings.Contains(t, "macro") || strings.Contains(t, "vbaproject"):
			return "", refused("file_macro", fault.Text{ZH: "文件里有宏，不能上传。", EN: "The file holds macros, which are not taken."}, fault.Text{ZH: "请另存为不含宏的 docx 或 xlsx。", EN: "Save it as docx or xlsx without macros."})
		case t == mainDocument:
			kind = DOCX
		case t == mainSheet:
			kind = XLSX
		}
	}
	switch {
	case kind != "":
		return kind, nil
	case isOffice:
		return "", damaged
	}
	return "", notTaken(found)
}

// readParts reads the list of content types.
func readParts(list *zip.File) (parts, error) {
	if list == nil {
		return parts{}, errors.New("no content types")
	}
	r, err := list.Open()
	if err != nil {
		return parts{}, err
	}
	defer r.Close()
	var told struct {
		Default []struct {
			Extension   string `xml:",attr"`
			ContentType string `xml:",attr"`
		}
		Override []struct {
			PartName    string `xml:",attr"`
			ContentType string `xml:",attr"`
		}
	}
	if err := xml.NewDecoder(io.LimitReader(r, maxContentTypes)).Decode(&told); err != nil {
		return parts{}, err
	}
	p := parts{map[string]string{}, map[string]string{}}
	for _, d := range told.Default {
		p.rest["."+strings.ToLower(d.Extension)] = strings.ToLower(d.ContentType)
	}
	for _, o := range told.Override {
		p.named[strings.ToLower(strings.TrimPrefix(o.PartName, "/"))] = strings.ToLower(o.ContentType)
	}
	return p, nil
}
