package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// An object is a JSON object whose members keep the order in which they were set. The other values of the tree are
// string, bool, nil, int, json.Number and []any.
type object struct {
	keys   []string
	values map[string]any
}

// newObject takes names and values in turn.
func newObject(members ...any) *object {
	o := &object{values: make(map[string]any)}
	for i := 0; i < len(members); i += 2 {
		o.set(members[i].(string), members[i+1])
	}
	return o
}

func reference(section, name string) *object {
	return newObject("$ref", "#/components/"+section+"/"+name)
}

func (o *object) set(key string, value any) *object {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
	return o
}

func (o *object) get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

func (o *object) has(key string) bool {
	if o == nil {
		return false
	}
	_, ok := o.values[key]
	return ok
}

// member is the object of that name, nil when there is none.
func (o *object) member(key string) *object {
	found, _ := o.get(key).(*object)
	return found
}

func (o *object) text(key string) string {
	found, _ := o.get(key).(string)
	return found
}

func (o *object) list(key string) []any {
	found, _ := o.get(key).([]any)
	return found
}

func (o *object) remove(key string) {
	if o.has(key) {
		delete(o.values, key)
		o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
	}
}

func (o *object) sorted() *object {
	slices.Sort(o.keys)
	return o
}

// copyOf is a deep copy.
func copyOf(value any) any {
	switch value := value.(type) {
	case *object:
		c := newObject()
		for _, key := range value.keys {
			c.set(key, copyOf(value.values[key]))
		}
		return c
	case []any:
		c := make([]any, len(value))
		for i := range value {
			c[i] = copyOf(value[i])
		}
		return c
	}
	return value
}

// MarshalJSON writes the members in their order.
func (o *object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	out.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := encoder.Encode(key); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		if err := encoder.Encode(o.values[key]); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// parseTree reads one JSON value, keeping the order of members and the text of numbers.
func parseTree(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := parseValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON value")
	}
	return value, nil
}

func parseValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := newObject()
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := parseValue(decoder)
			if err != nil {
				return nil, err
			}
			o.set(key.(string), value)
		}
		_, err := decoder.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := parseValue(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := decoder.Token()
		return list, err
	}
	return token, nil
}
