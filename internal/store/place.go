package store

import (
	"fmt"
	"io/fs"
	"os"
)

// Displaced is the error of a registry whose file, or log, was moved away, deleted or replaced by another
// while it was open: what is written now would be lost with the file that only this process still has.
type Displaced struct{ Path string }

func (e Displaced) Error() string {
	return fmt.Sprintf("%s 在打开之后被移走、删除或换成了别的文件，继续写入会丢失：请停止服务，找回原来的文件，或用 restore 恢复备份，再重新启动 (it was moved, deleted or replaced while it was open)", e.Path)
}

// watch returns a check that the file, and its log, are still those that were opened.
func (e *sqliteEngine) watch() func() error {
	opened := map[string]fs.FileInfo{}
	for _, path := range []string{e.path, e.path + "-wal"} {
		if info, err := os.Stat(path); err == nil {
			opened[path] = info
		}
	}
	return func() error {
		for path, was := range opened {
			if now, err := os.Stat(path); err != nil || !os.SameFile(was, now) {
				return Displaced{path}
			}
		}
		return nil
	}
}

// displacedFault is the refusal of a write for its cause, a Displaced.
func displacedFault(cause error) error {
	return unavailable(cause,
		"数据文件在服务运行中被移走、删除或换成了别的文件，为免丢失已停止写入，本次未作任何更改。请立即告知管理员。",
		"The database's file was moved, deleted or replaced while the server had it open. Writing has stopped, lest it be lost; nothing was changed. Tell the administrator at once.")
}
