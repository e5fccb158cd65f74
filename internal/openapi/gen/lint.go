package main

import (
	"slices"
	"strings"
)

// lint refuses what is wrong in the finished document.
func lint(tree *object, refused *refusals) {
	src := refused.src
	ids := make(map[string]string)
	var tagNames []string
	for _, tag := range tree.list("tags") {
		tagNames = append(tagNames, tag.(*object).text("name"))
	}
	for _, path := range tree.member("paths").keys {
		item := tree.member("paths").member(path)
		for _, method := range item.keys {
			operation := item.member(method)
			route := strings.ToUpper(method) + " " + path
			pos := src.handlers[route].pos
			if chinese(operation.text("summary")) == "" {
				refused.add(pos, "%s has no Chinese @Summary", route)
			}
			if chinese(operation.text("description")) == "" {
				refused.add(pos, "%s has no Chinese @Description", route)
			}
			if len(operation.list("tags")) == 0 {
				refused.add(pos, "%s has no @Tags", route)
			}
			for _, tag := range operation.list("tags") {
				if len(tagNames) > 0 && !slices.Contains(tagNames, tag.(string)) {
					refused.add(pos, "%s has the tag %s, which api/main.go does not declare", route, tag)
				}
			}
			switch id := operation.text("operationId"); {
			case id == "":
				refused.add(pos, "%s has no @ID", route)
			case ids[id] != "":
				refused.add(pos, "%s has the id %s of %s", route, id, ids[id])
			default:
				ids[id] = route
			}
			if !slices.ContainsFunc(operation.member("responses").keys, func(key string) bool { return key[0] == '2' }) {
				refused.add(pos, "%s has no @Success", route)
			}
			for _, part := range strings.Split(path, "/") {
				if name, ok := strings.CutPrefix(part, "{"); ok && !describes(operation, strings.TrimSuffix(name, "}")) {
					refused.add(pos, "%s has no @Param %s", route, part)
				}
			}
		}
	}
	if info := tree.member("info"); info.member("contact").text("name") == "" || chinese(info.text("description")) == "" {
		refused.add(0, "api/main.go gives no @contact.name or no Chinese @description")
	}
	lintReferences(tree, refused)
	lintCodes(tree, refused)
	eachSchema(tree, func(pointer string, schema *object) {
		if schema.has("enum") && strings.Count(pointer, "/") > 3 {
			refused.add(0, "%s: an enumeration that is no component of its own", pointer)
		}
	})
}

func describes(operation *object, parameter string) bool {
	return slices.ContainsFunc(operation.list("parameters"), func(p any) bool {
		return p.(*object).text("in") == "path" && p.(*object).text("name") == parameter
	})
}

// lintReferences refuses a $ref to nothing and a component that nothing refers to.
func lintReferences(tree *object, refused *refusals) {
	used := make(map[string]bool)
	var follow func(any)
	follow = func(value any) {
		switch value := value.(type) {
		case *object:
			if target := value.text("$ref"); target != "" && !used[target] {
				used[target] = true
				parts := strings.Split(strings.TrimPrefix(target, "#/components/"), "/")
				found := tree.member("components").member(parts[0]).member(parts[len(parts)-1])
				if found == nil || len(parts) != 2 {
					refused.add(0, "%s refers to nothing", target)
				} else {
					follow(found)
				}
			}
			for _, key := range value.keys {
				follow(value.values[key])
			}
		case []any:
			for _, element := range value {
				follow(element)
			}
		}
	}
	follow(tree.member("paths"))
	components := tree.member("components")
	for _, section := range components.keys {
		for _, name := range components.member(section).keys {
			if target := "#/components/" + section + "/" + name; section != "securitySchemes" && !used[target] {
				refused.add(0, "%s is an unused component", target)
			}
		}
	}
}

// lintCodes compares the codes of the statuses table with the enumeration of Problem's code.
func lintCodes(tree *object, refused *refusals) {
	schemas := tree.member("components").member("schemas")
	code := schemas.member("Problem").member("properties").member("code")
	enumeration := schemas.member(strings.TrimPrefix(code.text("$ref"), "#/components/schemas/"))
	if enumeration == nil {
		return
	}
	known := make(map[string]bool)
	for _, status := range statuses {
		for _, name := range status.codes {
			known[name] = true
			if !slices.Contains(enumeration.list("enum"), any(name)) {
				refused.add(0, "statuses.go names the code %s, which Problem does not have", name)
			}
		}
	}
	for _, name := range enumeration.list("enum") {
		if !known[name.(string)] {
			refused.add(0, "Problem has the code %s, which no status in statuses.go names", name)
		}
	}
}
