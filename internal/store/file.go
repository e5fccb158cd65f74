package store

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A File is a registry's file as a database URL names it.
type File struct {
	Path    string   // as it was written, without percent signs
	pragmas []string // name(value)
}

// ParseFile reads file:PATH, file:///PATH or file://localhost/PATH, with what may follow a question
// mark. In the path % is written %25 and ? is written %3F; every other character stands for itself.
// The error says in Chinese how to write it.
func ParseFile(raw string) (File, error) {
	rest, is := strings.CutPrefix(raw, "file:")
	if !is {
		return File{}, errors.New("请写成 file:路径，如 file:registry.db；或 postgres://用户:口令@主机/数据库。")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if authority, is := strings.CutPrefix(rest, "//"); is {
		host, rooted, _ := strings.Cut(authority, "/")
		if host != "" && host != "localhost" {
			return File{}, errors.New("file:// 之后要写绝对路径，如 file:///data/registry.db；相对路径请写成 file:registry.db。")
		}
		rest = "/" + rooted
	}
	path, err := url.PathUnescape(rest)
	switch {
	case err != nil:
		return File{}, errors.New("路径里的百分号请写成 %25。")
	case strings.Trim(path, "/") == "", strings.HasSuffix(path, "/"):
		return File{}, errors.New("缺少文件名，请写成 file:路径，如 file:registry.db。")
	case strings.HasPrefix(path, ":memory:"):
		return File{}, errors.New("数据库必须是磁盘上的文件，请写成 file:路径，如 file:registry.db。")
	case strings.ContainsRune(path, 0):
		return File{}, errors.New("路径里不能有 %00，请去掉。")
	}
	pragmas, err := parseParameters(query)
	return File{path, pragmas}, err
}

// tunable are the pragmas that a URL may set; those that the program sets itself it may name in vain.
var tunable = []string{"cache_size", "mmap_size", "temp_store", "wal_autocheckpoint",
	"busy_timeout", "journal_mode", "synchronous", "foreign_keys", "query_only"}

func parseParameters(query string) (pragmas []string, err error) {
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("问号后的参数无法解析，请去掉；文件名里的问号请写成 %3F。")
	}
	for name, values := range params {
		for _, value := range values {
			switch {
			case name == "_pragma" && slices.Contains(tunable, pragmaName(value)):
				pragmas = append(pragmas, value)
			case name == "mode" && value == "rwc", name == "cache" && value == "private": // as it is anyway
			case name == "mode" && value == "memory":
				return nil, errors.New("数据库必须是磁盘上的文件，请去掉 mode=memory。")
			case name == "mode", name == "immutable":
				return nil, fmt.Errorf("登记库总是可读写地打开，请去掉 %s=%s；只读介质上的备份，check 自己认得。", name, value)
			case name == "cache":
				return nil, fmt.Errorf("共享缓存会使读写互相阻塞，请去掉 cache=%s。", value)
			default:
				return nil, fmt.Errorf("问号后的参数 %q 不支持，请去掉；文件名里的问号请写成 %%3F。", name+"="+value)
			}
		}
	}
	return pragmas, nil
}

// uri is the path as SQLite takes it, with parameters: "" or a=b&c=d.
func uri(path, params string) string {
	escaped := strings.NewReplacer("%", "%25", "#", "%23", "?", "%3F").Replace(path)
	if strings.HasPrefix(escaped, "/") {
		escaped = "//" + escaped
	}
	return "file:" + escaped + "?" + params
}

// companions are what SQLite keeps beside a file: without them, or with another's, the file is not
// what it was.
var companions = []string{"-wal", "-shm", "-journal"}

// resolve returns the absolute path of a file without symbolic links, also of one that is not there,
// so that every spelling of a path comes to the same lock.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for range 40 {
		var directory, target string
		if directory, err = filepath.EvalSymlinks(filepath.Dir(path)); err != nil {
			return "", fmt.Errorf("目录 %s 不存在或无法进入：%w", filepath.Dir(path), err)
		}
		path = filepath.Join(directory, filepath.Base(path))
		if target, err = os.Readlink(path); err != nil {
			return path, nil // it is no link, or not there
		}
		if path = target; !filepath.IsAbs(target) {
			path = filepath.Join(directory, target)
		}
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}

// hasContent reports whether there is a regular file that is not empty.
func hasContent(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}
