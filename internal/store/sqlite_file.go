package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// checkPermissions fails with Unwritable, naming files, owners and modes, when this process may not write
// the file or what SQLite keeps beside it, or the folder takes no new file: to open it all the same would
// leave a log that later cannot be written either. It asks the system and does not open the file, for to
// close it again would end the locks that this process has on it; the folder it tries.
func (e *sqliteEngine) checkPermissions() error {
	for _, suffix := range append([]string{""}, companions...) {
		if err := mayWrite(e.path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Unwritable{e.unwritable(), err}
		}
	}
	if err := tryFolder(filepath.Dir(e.path)); err != nil {
		return Unwritable{e.unwritable(), err}
	}
	return nil
}

// tryFolder makes a file in a folder and removes it.
func tryFolder(folder string) error {
	f, err := os.CreateTemp(folder, ".registry-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// unwritable names the file and its folder, whose they are, their modes, and the mend.
func (e *sqliteEngine) unwritable() string {
	path := e.path
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("文件夹 %s 不存在，请先建立，或核对 DATABASE_URL", folder)
	case err == nil && !info.IsDir():
		return fmt.Sprintf("%s 不是文件夹，请核对 DATABASE_URL", folder)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Sprintf("%s 是文件夹，不是数据文件，请核对 DATABASE_URL", path)
	}
	parts := []string{"数据文件 " + describeFile(path), "所在文件夹 " + describeFile(folder)}
	for _, suffix := range companions {
		if _, err := os.Stat(path + suffix); err == nil {
			parts = append(parts, describeFile(path+suffix))
		}
	}
	return fmt.Sprintf("%s；本程序以用户 %s 运行，须能读写数据文件，并能在文件夹里新建文件。请用 chown 或 chmod（不可改的文件用 chattr -i）改正；磁盘是只读挂载的，请重新挂载为可写", strings.Join(parts, "，"), userName(os.Getuid()))
}

// describeFile names a file with its owner and mode.
func describeFile(path string) string {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path + "（尚不存在）"
	case err != nil:
		return path + "（无权查看）"
	}
	owner := ""
	if uid, known := uidOf(info); known {
		owner = "属主 " + userName(uid) + "，"
	}
	return fmt.Sprintf("%s（%s权限 %04o）", path, owner, info.Mode().Perm())
}

// userName is the user's name where the machine knows it, with the number.
func userName(uid int) string {
	number := strconv.Itoa(uid)
	if u, err := user.LookupId(number); err == nil {
		return u.Username + "(" + number + ")"
	}
	return number
}

// explain says in words what keeps a file from being opened.
func (e *sqliteEngine) explain(err error) error {
	switch kindOf(err) {
	case kindUnwritable:
		return Unwritable{e.unwritable(), err}
	case kindDamaged:
		return Damaged{err}
	}
	return err
}
