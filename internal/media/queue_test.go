package media

import (
	"brandregistry/internal/fault"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A file waits five seconds for its turn and is then refused for a while, with why.
func TestOnePictureDoesNotHoldUpEveryone(t *testing.T) {
	for _, c := range []struct{ who, says string }{
		{"other", "正在处理其他人上传的文件，本次没有保存。请稍后用同一请求重试。"},
		{"same", "您上传的另一份文件还在处理，本次没有保存。请等它完成后，用同一请求重试。"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var q Queue
			leave, err := q.enter(t.Context(), "same")
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, err = q.enter(t.Context(), c.who)
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter != 5*time.Second || f.Detail.ZH != c.says || time.Since(start) != 5*time.Second {
				t.Errorf("%v after %v", err, time.Since(start))
			}
			leave()
			if leave, err = q.enter(t.Context(), c.who); err != nil {
				t.Fatal(err)
			}
			leave()
			if len(q.owners) > 0 {
				t.Errorf("%d owners are left", len(q.owners))
			}
		})
	}
}

// Twelve files of one account delay another account's by one.
func TestAnAccountTakesOneTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue
		var mu sync.Mutex // eight are refused at once
		var order []string
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, what)
		}
		decode := func(who string) {
			leave, err := q.enter(t.Context(), who)
			if err != nil {
				note(who + " refused")
				return
			}
			time.Sleep(1100 * time.Millisecond)
			note(who)
			leave()
		}
		for range 12 {
			go decode("many")
			synctest.Wait()
		}
		go decode("one")
		time.Sleep(time.Minute)
		synctest.Wait()
		refused := slices.DeleteFunc(slices.Clone(order), func(s string) bool { return s != "many refused" })
		if len(order) != 13 || len(refused) != 8 || order[0] != "many" || order[1] != "one" {
			t.Errorf("%v is the order", order)
		}
	})
}

// Who gives up waiting leaves nothing behind.
func TestQueueEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q Queue
		leave, err := q.enter(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"a", "b"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := q.enter(ctx, who); !errors.Is(err, context.DeadlineExceeded) || fault.Is(err, fault.Unavailable) {
				t.Errorf("%s: %v", who, err)
			}
			cancel()
		}
		leave()
		if len(q.owners) > 0 {
			t.Errorf("%v are left", q.owners)
		}
	})
}
