package v1

import (
	"net/textproto"
	"testing"
)

// A file's name is read as programs write it, whatever the grammar says.
func TestFileNames(t *testing.T) {
	for header, want := range map[string]string{
		`form-data; name="file"; filename="a.pdf"`:                                         "a.pdf",
		`form-data; name="file"; filename="=?UTF-8?B?6K6k5a6aLnBkZg==?="`:                  "认定.pdf",
		`form-data; name="file"; filename="=?utf-8?b?6K6k5a6aLnBkZg?="`:                    "认定.pdf", // without padding
		`form-data; name="file"; filename="=?UTF-8*zh-CN?Q?=E8=AE=A4=E5=AE=9A_1.pdf?="`:    "认定 1.pdf",
		`form-data; name="file"; filename="=?UTF-8?B?6K6k?= =?UTF-8?B?5a6aLnBkZg==?="`:     "认定.pdf",
		`form-data; name="file"; filename="=?UTF-8?B?6K4=?= =?UTF-8?Q?=A4=E5=AE=9A?=.pdf"`: "认定.pdf", // a character across two
		`form-data; name="file"; filename="=?GBK?B?yM+2qA==?= =?UTF-8?Q?=E6=96=87?=.pdf"`:  "认定文.pdf",
		`form-data; name="file"; filename="=?GB18030?Q?=C8=CF=B6=A8.pdf?="`:                "认定.pdf",
		`form-data; name="file"; filename="2026 =?UTF-8?B?6K6k5a6a?= final.pdf"`:           "2026 认定 final.pdf",
		`form-data; name="file"; filename="=?ISO-8859-1?Q?caf=E9.pdf?="`:                   "café.pdf",
		`form-data; name="file"; filename="=?UTF-8?B?Li4vLi4v5a6aLnBkZg==?="`:              "../../定.pdf",
		`form-data; name="file"; filename==?UTF-8?B?6K6k5a6aLnBkZg==?=`:                    "认定.pdf",
		`form-data; name="file"; filename="=?klingon?B?6K6k5a6aLnBkZg==?="`:                "=?klingon?B?6K6k5a6aLnBkZg==?=",
		`form-data; name="file"; filename="=?UTF-8?B?!!!?=.pdf"`:                           "=?UTF-8?B?!!!?=.pdf",
		`form-data; name="file"; filename="=?UTF-8?Q?=C8=CF?=.pdf"`:                        "=?UTF-8?Q?=C8=CF?=.pdf",
		`form-data; name="file"; filename="a=?b?c.pdf"`:                                    "a=?b?c.pdf",
		`form-data; name="file"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A.pdf`:                  "认定.pdf",
		`form-data; name="file"; filename="x.pdf"; filename*=utf-8'zh-CN'%E8%AE%A4.pdf`:    "认.pdf",
		`form-data; name="file"; filename*=GB18030''%C8%CF.pdf; filename="x.pdf"`:          "认.pdf",
		`form-data; name="file"; filename*=iso-8859-1''caf%E9.pdf`:                         "café.pdf",
		`form-data; name="file"; filename="x.pdf"; filename*=big5''%A4%E8.pdf`:             "方.pdf",
		`form-data; name="file"; filename="x.pdf"; filename*=x-none''%A4%E8.pdf`:           "x.pdf",
		`form-data; name="file"; filename="=?Big5?B?u3updy5wZGY=?="`:                       "認定.pdf",
		`form-data; name="file"; filename="=?windows-1252?Q?=80=2Epdf?="`:                  "€.pdf",
		`form-data; name="file"; filename="=?Shift_JIS?B?lEaS6C5wZGY=?="`:                  "認定.pdf",
		`form-data; name="file"; filename="=?iso-2022-kr?B?lEaS6C5wZGY=?="`:                "=?iso-2022-kr?B?lEaS6C5wZGY=?=",
		`form-data; name="file"; filename="x.pdf"; filename*=UTF-8''%E8%A.pdf`:             "x.pdf",
		`form-data; name="file"; filename="x.pdf"; filename*=%E8%AE%A4.pdf`:                "x.pdf",
		`form-data; name="file"; filename*0*=gbk''%C8; filename*1*=%CF; filename*2=.pdf`:   "认.pdf",
		`form-data; name="file"; filename*0="认"; filename*1="定.pdf"; filename*3="x"`:       "认定.pdf",
		`form-data; name="file"; filename=认定.pdf`:                                          "认定.pdf",
		`form-data; name=file; filename= 认定 文件（1）.pdf `:                                    "认定 文件（1）.pdf",
		`form-data; name=file; filename=认定;文件.pdf; size=3`:                                 "认定;文件.pdf",
		`form-data; name=file; filename="认定.pdf`:                                           "认定.pdf",
		`form-data; name=file; filename="认"定".pdf"`:                                        "认",
		`FORM-DATA; NAME="file"; FILENAME="a.pdf"`:                                         "a.pdf",
		`form-data;name="file";filename="a;b=c.pdf"`:                                       "a;b=c.pdf",
		`form-data; name="file"; filename="C:\用户\"a\\b.pdf"`:                               `C:\用户"a\b.pdf`,
		`form-data; filename="%22a%0D%0A.pdf"; name="file";`:                               "\"a\r\n.pdf",
		`form-data; name="file"; filename=""`:                                              "",
		`form-data; name="file"`:                                                           "",
	} {
		got, err := readPartHeader(textproto.MIMEHeader{"Content-Disposition": {header}})
		if err != nil || got.field != "file" || got.file != want {
			t.Errorf("%s: %+v, %v; want %q", header, got, err, want)
		}
	}
}

// What was percent-encoded or an encoded word is decoded once.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{`form-data; name="file"; filename="=?UTF-8?B?6K6k?= =?gbk?Q?=C8=CF?="`, `form-data; name=file; filename*=UTF-8''%E8; filename=a;b`, `form-data; name*=x; filename*0*=gbk''%c8; filename*1="\"`, `;=;"`, ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, err := readPartHeader(textproto.MIMEHeader{"Content-Disposition": {header}})
		if err == nil && got.field == "" {
			t.Errorf("%q names no field", header)
		}
	})
}
