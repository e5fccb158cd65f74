package media

import (
	"brandregistry/internal/fault"
	"context"
	"sync"
	"time"
)

// maxWait bounds how long a file waits to be decoded.
const maxWait = 5 * time.Second

// Queue lets one file be decoded at a time, which bounds the memory that all of them take. The files of
// one owner wait for each other before they wait for those of others, so that many files of one owner
// delay the others by one file at most. Its zero value is an empty queue.
type Queue struct {
	mu     sync.Mutex
	slot   chan struct{}     // holds a value while a file is decoded
	owners map[string]*owner // those with a file that is decoded or waits
}

// owner is one account with files in the queue.
type owner struct {
	turn  chan struct{} // holds a value while a file of the owner's waits for the slot or has it
	files int
}

// enter waits until no other file is decoded. It fails with Unavailable after maxWait, and with what the
// context ended for.
func (q *Queue) enter(ctx context.Context, id string) (leave func(), err error) {
	slot, own := q.join(id)
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	if !acquire(wait, own.turn) {
		q.quit(id)
		return nil, busy(ctx, "您上传的另一份文件还在处理，本次没有保存。请等它完成后，用同一请求重试。", "Another file of yours is still being processed; nothing was saved. Repeat the request when it is done.")
	}
	if !acquire(wait, slot) {
		<-own.turn
		q.quit(id)
		return nil, busy(ctx, "正在处理其他人上传的文件，本次没有保存。请稍后用同一请求重试。", "The files of others are being processed; nothing was saved. Repeat the request later.")
	}
	return func() {
		<-slot
		<-own.turn
		q.quit(id)
	}, nil
}

// join counts one more file of an owner.
func (q *Queue) join(id string) (slot chan struct{}, own *owner) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.slot == nil {
		q.slot, q.owners = make(chan struct{}, 1), map[string]*owner{}
	}
	if q.owners[id] == nil {
		q.owners[id] = &owner{turn: make(chan struct{}, 1)}
	}
	q.owners[id].files++
	return q.slot, q.owners[id]
}

// quit counts one file of an owner less.
func (q *Queue) quit(id string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.owners[id].files--; q.owners[id].files == 0 {
		delete(q.owners, id)
	}
}

// acquire reports whether the slot became free before the context ended.
func acquire(ctx context.Context, slot chan struct{}) bool {
	select {
	case slot <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// busy is what the request's own context ended for, else Unavailable.
func busy(ctx context.Context, zh, en string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e := fault.New(fault.Unavailable, zh, en)
	e.RetryAfter = maxWait
	return e
}
