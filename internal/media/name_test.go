package media

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	long := strings.Repeat("长", 200)
	for _, c := range []struct {
		name string
		kind Type
		want string
	}{
		{"认定文件.pdf", PDF, "认定文件.pdf"},
		{"认定文件.PDF", PDF, "认定文件.pdf"},
		{"照片.JPEG", JPEG, "照片.jpeg"},
		{"照片.jpg", JPEG, "照片.jpg"},
		{"照片.jpe", JPEG, "照片.jpg"},
		{"照片.webp", JPEG, "照片.jpg"},
		{"照片.jpeg", PNG, "照片.png"},
		{"a.exe", PDF, "a.pdf"},
		{"a.pdf.exe", PDF, "a.pdf.pdf"},
		{"a.docx", XLSX, "a.xlsx"},
		{"方案", DOCX, "方案.docx"},
		{"关于印发方案的通知（2026.10.8）", PDF, "关于印发方案的通知（2026.10.8）.pdf"},
		{"会议纪要2026.10.8", PDF, "会议纪要2026.10.8.pdf"},
		{"第1.2版.方案最终稿", PDF, "第1.2版.方案最终稿.pdf"},
		{"", PDF, "file.pdf"},
		{".", PDF, "file.pdf"},
		{"..", PDF, "file.pdf"},
		{".pdf", PDF, "file.pdf"},
		{"...pdf", PDF, "file.pdf"},
		{" 　 .pdf", PDF, "file.pdf"},
		{".htaccess", PDF, "htaccess.pdf"},
		{"a . .pdf", PDF, "a.pdf"},
		{"a.pdf ", PDF, "a.pdf"},
		{"a.pdf　. ", PDF, "a.pdf"},
		{"../../etc/passwd", PDF, "passwd.pdf"},
		{`C:\用户\联系人甲\桌面\方案.docx`, DOCX, "方案.docx"},
		{"dir/", PDF, "file.pdf"},
		{"a\x00b\r\nc\t\x7f\u0085.pdf", PDF, "abc.pdf"},
		{"方案\u202Efdp.exe", PDF, "方案fdp.pdf"},
		{"\u200B\uFEFF方\u2060案\u2066.pdf\u2069", PDF, "方案.pdf"},
		{"a\u2028b\u2029.pdf", PDF, "ab.pdf"},
		{`a<b>c:d"e|f?g*h.pdf`, PDF, "abcdefgh.pdf"},
		{"cafe\u0301.pdf", PDF, "caf\u00e9.pdf"},
		{"CON.pdf", PDF, "_CON.pdf"},
		{"nul", PDF, "_nul.pdf"},
		{"com1.备份.docx", DOCX, "_com1.备份.docx"},
		{"LPT² .pdf", PDF, "_LPT².pdf"},
		{"CONOUT$.png", PNG, "_CONOUT$.png"},
		{"COMPANY.pdf", PDF, "COMPANY.pdf"},
		{"COM.pdf", PDF, "COM.pdf"},
		{"控制台CON.pdf", PDF, "控制台CON.pdf"},
		{"\xc8\xcf\xb6\xa8\xce\xc4\xbc\xfe.pdf", PDF, "认定文件.pdf"}, // GB 18030
		{"caf\xe9.pdf", PDF, "caf.pdf"},
		{"😀.png", PNG, "😀.png"},
		{long + ".docx", DOCX, strings.Repeat("长", 115) + ".docx"},
		{strings.Repeat("长", 110) + ".      .长长长长长长.pdf", PDF, strings.Repeat("长", 110) + ".pdf"},
		{"a." + long, PDF, "a." + strings.Repeat("长", 114) + ".pdf"},
	} {
		got := cleanName(c.name, c.kind)
		if got != c.want {
			t.Errorf("%q of a %s is %q, want %q", c.name, c.kind, got, c.want)
		}
		if again := cleanName(got, c.kind); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		if utf8.RuneCountInString(got) > maxName+1 { // a device's has a line before it
			t.Errorf("%q is too long", got)
		}
	}
}
