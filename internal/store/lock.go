package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A registry's file has an empty one beside it while anybody has it open. Whoever has it open holds
// that one locked, shared, for as long; whoever replaces or deletes the registry holds it alone. The
// lock is not on the registry's file itself, for to close a file ends the locks that SQLite has on it
// in this process.
const lockSuffix = "-lock"

// Locked is the error of a registry that is locked by another.
type Locked struct {
	Path  string
	By    []int // the processes, as far as the system tells
	Alone bool  // it was wanted alone; else it is being replaced
}

func (e Locked) Error() string {
	who := "进程号不明，可能在另一个容器里"
	if len(e.By) > 0 {
		who = "进程号 " + strings.Trim(strings.ReplaceAll(fmt.Sprint(e.By), " ", "、"), "[]")
	}
	if e.Alone {
		return fmt.Sprintf("%s 正在使用中（%s）。请先停止使用它的服务或命令，再重试 (in use: stop what uses it)", e.Path, who)
	}
	return fmt.Sprintf("%s 正在被恢复或重建（%s）。请等它做完再重试 (it is being replaced: try again when that is done)", e.Path, who)
}

// lockWaitMost is how long a shared lock is waited for: whoever leaves last has it alone for a moment.
const lockWaitMost = time.Second

// lockFile locks a registry's file, which is resolved and need not be there, until unlockFile or the
// end of the process. It fails with Locked.
func lockFile(ctx context.Context, path string, alone bool) (*flock.Flock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWaitMost)
	defer cancel()
	for {
		lock := flock.New(path+lockSuffix, flock.SetPermissions(0o600))
		taken, err := tryLock(ctx, lock, alone)
		switch {
		case taken && isThere(lock):
			if err = giveTo(ownerOf(path), lock.Path()); err == nil {
				return lock, nil
			}
			err = errors.Join(err, lock.Close())
		case taken: // whoever left last has removed it meanwhile
			err = lock.Close()
		case err == nil:
			err = errors.Join(Locked{path, lockHolders(lock.Path()), alone}, lock.Close())
		default:
			err = errors.Join(fmt.Errorf("无法锁定 %s：%w", lock.Path(), err), lock.Close())
		}
		if err != nil {
			return nil, err
		}
	}
}

func tryLock(ctx context.Context, lock *flock.Flock, alone bool) (taken bool, err error) {
	if alone {
		return lock.TryLock()
	}
	taken, err = lock.TryRLockContext(ctx, 10*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	return taken, err
}

// isThere reports whether the lock is that of the file of its name.
func isThere(lock *flock.Flock) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(held, named)
}

// unlockFile ends a lock, and removes its file when nobody else holds it.
func unlockFile(lock *flock.Flock) error {
	if last, err := lock.TryLock(); err == nil && last {
		_ = os.Remove(lock.Path()) // one that stays does no harm
	}
	return lock.Close()
}

// While a file is being replaced another one beside it says so: when the program ended in the midst of
// it, nothing opens what is there until restore has been run again.
const restoringSuffix = "-restoring"

// IsInterrupted reports whether a restore of the registry in a file has begun and not ended. The file may
// not be there then.
func IsInterrupted(path string) bool {
	path, err := resolve(path)
	return err == nil && hasContent(path+restoringSuffix)
}

var errInterrupted = errors.New("上一次恢复没有做完，请再运行一次 restore 命令 (a restore was interrupted: run restore again)")
