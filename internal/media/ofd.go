package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"encoding/xml"
	"errors"
	"path"
	"slices"
	"strings"
)

// ofdSpace is the namespace of GB/T 33190-2016.
const ofdSpace = "http://www.ofdspec.org/2016"

// programs are the endings of names of files that run once they are opened.
var programs = []string{".exe", ".com", ".scr", ".dll", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".hta", ".lnk", ".jar", ".sh", ".chm"}

func damagedOFD() error {
	return refused("file_damaged", fault.Text{ZH: "文件已损坏，或不是真正的 OFD 文件。", EN: "The file is damaged, or no true OFD file."},
		fault.Text{ZH: "请用 OFD 阅读软件打开，另存为 OFD 或 PDF 后再上传。", EN: "Open it in a reader, save it as OFD or PDF, and upload that."})
}

// checkOFD refuses a file that is no OFD file by its root and its documents, and one that would act once
// it is opened.
func (a *archive) checkOFD(root *zip.File) error {
	for _, name := range a.names {
		if slices.Contains(programs, path.Ext(name)) {
			return embedded(fault.Textf("程序（%s）", "a program (%s)", cut(path.Base(name), 100)))
		}
	}
	roots, err := a.documentRoots(root)
	if err != nil || len(roots) == 0 {
		return damagedOFD()
	}
	for _, name := range roots {
		i := slices.Index(a.names, strings.ToLower(strings.TrimPrefix(path.Clean(name), "/")))
		if i < 0 {
			return damagedOFD()
		}
		d := &ofdDocument{}
		if err := a.walk(a.files[i], d.check); fault.Is(err, fault.RuleViolation) {
			return err
		} else if err != nil || !d.begun {
			return damagedOFD()
		}
	}
	return nil
}

// documentRoots returns where the documents of an OFD file are.
func (a *archive) documentRoots(root *zip.File) (roots []string, err error) {
	begun, inside := false, false
	err = a.walk(root, func(token xml.Token) error {
		switch token := token.(type) {
		case xml.StartElement:
			if !begun && token.Name != (xml.Name{Space: ofdSpace, Local: "OFD"}) {
				return errors.New("no OFD file")
			}
			begun = true
			if inside = token.Name.Local == "DocRoot"; inside {
				roots = append(roots, "")
			}
		case xml.EndElement:
			inside = false
		case xml.CharData:
			if inside {
				roots[len(roots)-1] += strings.TrimSpace(string(token))
			}
		}
		return nil
	})
	return roots, err
}

// ofdDocument checks a document of an OFD file.
type ofdDocument struct {
	begun  bool // its root was seen
	opened bool // what follows is done when the document is opened
}

func (d *ofdDocument) check(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		if !d.begun && token.Name != (xml.Name{Space: ofdSpace, Local: "Document"}) {
			return errors.New("no document")
		}
		d.begun = true
		switch token.Name.Local {
		case "Action":
			d.opened = attribute(token, "Event") != "CLICK"
		case "URI", "GotoA", "Sound", "Movie":
			if d.opened {
				return refused("file_external", fault.Text{ZH: "文件一打开就会访问外部地址或播放附件，不能上传。", EN: "The file opens an address or an attachment by itself, which is not taken."},
					fault.Text{ZH: "请用 OFD 阅读软件打开，打印成 PDF 后再上传。", EN: "Open it in a reader, print it as PDF, and upload that."})
			}
		}
	case xml.EndElement:
		if token.Name.Local == "Action" {
			d.opened = false
		}
	}
	return nil
}
