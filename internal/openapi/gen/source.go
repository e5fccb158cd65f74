package main

import (
	"errors"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/modfile"
)

// A source is the module's Go code as far as the document needs it: types, doc comments, and the annotated functions.
// Function bodies and packages outside the module are not read; those of other modules stand as empty packages.
type source struct {
	root     string
	module   string
	files    *token.FileSet
	packages map[string]*types.Package
	fields   map[token.Pos]*ast.Field
	docs     map[token.Pos]string // of types and constants, by the position of their name
	handlers map[string]*handler  // by "METHOD path"
}

// A handler is an annotated function.
type handler struct {
	pos        token.Pos
	pkg        *types.Package
	parameters []annotation
}

// An annotation is one @Param line.
type annotation struct {
	name, in, typeName, description, example string
	required                                 bool
}

var (
	routerLine = regexp.MustCompile(`(?i)^@Router\s+(\S+)\s+\[(\w+)\]`)
	exampleOf  = regexp.MustCompile(`(?i)\sexample\(([^)]*)\)`)
	paramLine  = regexp.MustCompile(`(?i)^@Param\s+(\S+)\s+(\w+)\s+([\S. ]+?)\s+(\w+)\s+"([^"]+)"`)
)

// readSource loads every package under api, and through their imports the packages of the module that they name.
func readSource(root string) (*source, error) {
	content, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return nil, err
	}
	src := &source{
		root:     root,
		module:   modfile.ModulePath(content),
		files:    token.NewFileSet(),
		packages: make(map[string]*types.Package),
		fields:   make(map[token.Pos]*ast.Field),
		docs:     make(map[token.Pos]string),
		handlers: make(map[string]*handler),
	}
	err = filepath.WalkDir(filepath.Join(root, "api"), func(directory string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); name == "testdata" || strings.HasPrefix(name, ".") {
			return filepath.SkipDir
		}
		relative, err := filepath.Rel(root, directory)
		if err != nil {
			return err
		}
		_, err = src.Import(path.Join(src.module, filepath.ToSlash(relative)))
		if _, none := errors.AsType[*gobuild.NoGoError](err); none {
			return nil
		}
		return err
	})
	return src, err
}

// Import implements types.Importer.
func (s *source) Import(importPath string) (*types.Package, error) {
	if pkg, ok := s.packages[importPath]; ok {
		return pkg, nil
	}
	relative, ours := strings.CutPrefix(importPath, s.module+"/")
	if !ours {
		pkg := outside(importPath)
		s.packages[importPath] = pkg
		return pkg, nil
	}
	found, err := gobuild.Default.ImportDir(filepath.Join(s.root, filepath.FromSlash(relative)), 0)
	if err != nil {
		return nil, err
	}
	var parsed []*ast.File
	for _, name := range found.GoFiles {
		file, err := parser.ParseFile(s.files, filepath.Join(found.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.note(file)
		parsed = append(parsed, file)
	}
	// What comes from outside the module is unknown, so errors are expected. A wire field of unknown type is refused later.
	config := types.Config{Importer: s, IgnoreFuncBodies: true, FakeImportC: true, Error: func(error) {}}
	pkg, err := config.Check(importPath, s.files, parsed, nil)
	if pkg == nil {
		return nil, err
	}
	s.packages[importPath] = pkg
	for _, file := range parsed {
		if err := s.noteHandlers(file, pkg); err != nil {
			return nil, err
		}
	}
	return pkg, nil
}

// outside is a package of another module, empty but for the types that may stand in a wire struct.
func outside(importPath string) *types.Package {
	pkg := types.NewPackage(importPath, path.Base(importPath))
	declare := func(name string, underlying types.Type) {
		object := types.NewTypeName(token.NoPos, pkg, name, nil)
		types.NewNamed(object, underlying, nil)
		pkg.Scope().Insert(object)
	}
	switch importPath {
	case "time":
		declare("Time", types.NewStruct(nil, nil))
	case "encoding/json":
		declare("RawMessage", types.NewSlice(types.Typ[types.Byte]))
		declare("Number", types.Typ[types.String])
	case "mime/multipart":
		declare("FileHeader", types.NewStruct(nil, nil))
	}
	pkg.MarkComplete()
	return pkg
}

// note remembers the comments of the file's fields, types and constants.
func (s *source) note(file *ast.File) {
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			return false
		case *ast.Field:
			for _, name := range node.Names {
				s.fields[name.Pos()] = node
			}
		case *ast.GenDecl:
			for _, spec := range node.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.docs[spec.Name.Pos()] = comments(spec.Doc, spec.Comment)
					if !node.Lparen.IsValid() {
						s.docs[spec.Name.Pos()] = comments(node.Doc, spec.Doc, spec.Comment)
					}
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						s.docs[name.Pos()] = comments(spec.Doc, spec.Comment)
					}
				}
			}
		}
		return true
	})
}

func (s *source) noteHandlers(file *ast.File, pkg *types.Package) error {
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Doc == nil {
			continue
		}
		found := &handler{pos: function.Name.Pos(), pkg: pkg}
		var routes []string
		for line := range strings.Lines(function.Doc.Text()) {
			line = strings.TrimSpace(line)
			if m := routerLine.FindStringSubmatch(line); m != nil {
				routes = append(routes, strings.ToUpper(m[2])+" "+m[1])
			}
			if m := paramLine.FindStringSubmatch(line); m != nil {
				read := annotation{
					name: m[1], in: m[2], typeName: m[3], description: m[5],
					required: strings.EqualFold(m[4], "true") || strings.EqualFold(m[4], "required"),
				}
				if e := exampleOf.FindStringSubmatch(line); e != nil {
					read.example = e[1]
				}
				found.parameters = append(found.parameters, read)
			}
		}
		for _, route := range routes {
			if other, taken := s.handlers[route]; taken {
				return fmt.Errorf("%s: %s is already that of %s", s.place(found.pos), route, s.place(other.pos))
			}
			s.handlers[route] = found
		}
	}
	return nil
}

func comments(groups ...*ast.CommentGroup) string {
	var text strings.Builder
	for _, group := range groups {
		text.WriteString(group.Text())
	}
	return text.String()
}

// place is "file:line", the file relative to the module's root.
func (s *source) place(pos token.Pos) string {
	position := s.files.Position(pos)
	if relative, err := filepath.Rel(s.root, position.Filename); err == nil {
		position.Filename = filepath.ToSlash(relative)
	}
	return fmt.Sprintf("%s:%d", position.Filename, position.Line)
}

// description is the Chinese part of a field's comment: the lines that hold a Chinese character.
func (s *source) description(field *types.Var) string {
	found := s.fields[field.Pos()]
	if found == nil {
		return ""
	}
	return chinese(comments(found.Doc, found.Comment))
}

func chinese(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if slices.ContainsFunc([]rune(line), func(r rune) bool { return unicode.Is(unicode.Han, r) }) &&
			!strings.HasPrefix(line, "openapi:") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
