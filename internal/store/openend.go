package store

import (
	"brandregistry/internal/period"
	"context"
	"fmt"
	"reflect"
	"sync"

	"gorm.io/gorm/schema"
)

// openEnd stores an instant that may be absent as period.Never, so that the rows of an interval are found
// by comparison alone; outside the store it is nil. Fields name it by their tag, serializer:open_end.
type openEnd struct{}

// registerOpenEnd makes the serializer known to gorm, once.
var registerOpenEnd = sync.OnceFunc(func() { schema.RegisterSerializer("open_end", openEnd{}) })

// Value is gorm's.
func (openEnd) Value(_ context.Context, _ *schema.Field, _ reflect.Value, field any) (any, error) {
	at, ok := field.(*period.Instant)
	switch {
	case !ok:
		return nil, fmt.Errorf("an open end is %T", field)
	case at == nil:
		return int64(period.Never), nil
	}
	return int64(*at), nil
}

// Scan is gorm's.
func (openEnd) Scan(ctx context.Context, f *schema.Field, row reflect.Value, stored any) error {
	var at *period.Instant
	if err := (openEndField{&at}).Scan(stored); err != nil {
		return err
	}
	f.ReflectValueOf(ctx, row).Set(reflect.ValueOf(at))
	return nil
}

// openEndField reads a column where rows are scanned by hand.
type openEndField struct{ into **period.Instant }

// Scan is database/sql's.
func (f openEndField) Scan(stored any) error {
	n, ok := stored.(int64)
	if !ok {
		return fmt.Errorf("an open end is stored as %T", stored)
	}
	*f.into = nil
	if at := period.Instant(n); at != period.Never {
		*f.into = &at
	}
	return nil
}
