package main

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// encodeJSON indents by two spaces and escapes no HTML.
func encodeJSON(document *object) ([]byte, error) {
	compact, err := document.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// encodeYAML writes the same tree in the same order.
func encodeYAML(document *object) ([]byte, error) {
	node, err := yamlNode(document)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	err = encoder.Close()
	return out.Bytes(), err
}

func yamlNode(value any) (*yaml.Node, error) {
	switch value := value.(type) {
	case *object:
		node := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, key := range value.keys {
			name, err := yamlNode(key)
			if err != nil {
				return nil, err
			}
			member, err := yamlNode(value.values[key])
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, name, member)
		}
		return node, nil
	case []any:
		node := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, element := range value {
			child, err := yamlNode(element)
			if err != nil {
				return nil, err
			}
			node.Content = append(node.Content, child)
		}
		return node, nil
	case json.Number:
		tag := "!!int"
		if bytes.ContainsAny([]byte(value), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value.String()}, nil
	}
	node := new(yaml.Node)
	err := node.Encode(value)
	return node, err
}
