package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// transactions are the methods that may run the function given to them twice.
var transactions = []string{"View", "Update", "view", "update", "read", "act"}

// TestTransactionsMayRunTwice reads every function given to a transaction and fails where running it
// again would count, print or gather twice: what failed before its COMMIT is run again.
func TestTransactionsMayRunTwice(t *testing.T) {
	t.Chdir("..")
	read := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			do, isFunc := call.Args[len(call.Args)-1].(*ast.FuncLit)
			if ok && isFunc && slices.Contains(transactions, method.Sel.Name) {
				read++
				for _, pos := range repeats(do) {
					t.Errorf("%s: would be done twice", set.Position(pos))
				}
			}
			return true
		})
		return nil
	})
	if err != nil || read < 50 {
		t.Fatalf("%d transactions read: %v", read, err)
	}
}

// repeats finds what a function does to variables of outside that running it again would do again.
func repeats(do *ast.FuncLit) (found []token.Pos) {
	own, reset := map[string]bool{}, map[string]bool{}
	outside := func(e ast.Expr) bool {
		text := types.ExprString(e)
		root, _, _ := strings.Cut(text, ".")
		return root != "_" && !own[root] && !reset[text]
	}
	ast.Inspect(do, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, name := range n.Names {
				own[name.Name] = true
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				own[name.Name] = true
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if name, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					own[name.Name] = true
				}
			}
		case *ast.IncDecStmt:
			if outside(n.X) {
				found = append(found, n.Pos())
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				name, isName := left.(*ast.Ident)
				switch {
				case n.Tok == token.DEFINE && isName:
					own[name.Name] = true
				case n.Tok != token.ASSIGN && outside(left), len(n.Rhs) == len(n.Lhs) && appends(n.Rhs[i], left) && outside(left):
					found = append(found, n.Pos())
				case n.Tok == token.ASSIGN:
					reset[types.ExprString(left)] = true
				}
			}
		case *ast.CallExpr:
			name := types.ExprString(n.Fun)
			if strings.HasPrefix(name, "fmt.Fprint") || strings.HasPrefix(name, "fmt.Print") || strings.HasSuffix(name, "guesses.Begin") || strings.HasSuffix(name, ".Succeed") {
				found = append(found, n.Pos())
			}
		}
		return true
	})
	return found
}

// appends reports whether the expression appends to what is assigned.
func appends(e, to ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && types.ExprString(call.Fun) == "append" && types.ExprString(call.Args[0]) == types.ExprString(to)
}

// TestRepeatsAreFound shows that the search can fail.
func TestRepeatsAreFound(t *testing.T) {
	for body, want := range map[string]int{
		`n++`: 1, `n += 2`: 1, `out = append(out, 1)`: 1, `b.list = append(b.list, 1)`: 1, `fmt.Fprintln(w, 1)`: 1, `try, err = r.api.guesses.Begin(1)`: 1,
		`check(func() { n++ })`: 1, `n = 0; n++`: 0, `out = nil; out = append(out, 1)`: 0, `n := 0; n++`: 0, `var out []int; out = append(out, 1)`: 0,
		`for i := range 3 { i++ }`: 0, `n, err = f(tx)`: 0, `tx.n++`: 0,
	} {
		e, err := parser.ParseExpr("func(tx int) { " + body + " }")
		if err != nil {
			t.Fatal(err)
		}
		if found := repeats(e.(*ast.FuncLit)); len(found) != want {
			t.Errorf("%s: %d found, want %d", body, len(found), want)
		}
	}
}
