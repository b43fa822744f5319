// Package house holds the tests that keep the house as DESIGN.md draws it.
package house

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// room is the part of the house that a package stands in: law, systems/intake.
func room(path string) string {
	rest, ok := strings.CutPrefix(path, "jiexu/")
	if !ok {
		return ""
	}
	parts := strings.Split(rest, "/")
	if parts[0] == "systems" && len(parts) > 1 {
		return "systems/" + parts[1]
	}
	return parts[0]
}

// floors lists the rooms from the ground up: a package imports only rooms below its own.
var floors = []string{"data", "fault", "law", "codes", "procedure", "place", "topic", "sheet", "document", "classify", "words", "store", "ledger", "org", "term", "job", "area", "outside", "api",
	"systems", "gateway", "web", "server", "app", "bench", "cmd"}

func floor(room string) int {
	if strings.HasPrefix(room, "systems/") {
		room = "systems"
	}
	return slices.Index(floors, room)
}

func TestRoomsImportOnlyWhatLiesBelow(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		if from == "" || from == "tools" {
			continue
		}
		if floor(from) < 0 {
			t.Errorf("%s: the room %q is not in DESIGN.md; give it a place among the floors", p.ImportPath, from)
			continue
		}
		for _, imported := range p.Imports {
			to := room(imported)
			switch {
			case to == "" || to == from:
			case to == "tools":
				t.Errorf("%s imports %s: tools are for building, not for running", p.ImportPath, imported)
			case strings.HasPrefix(from, "systems/") && strings.HasPrefix(to, "systems/"):
				t.Errorf("%s imports %s: a system asks another through a function that app wires, so that each can be understood alone", p.ImportPath, imported)
			case floor(to) > floor(from):
				t.Errorf("%s imports %s, which lies above it", p.ImportPath, imported)
			}
		}
	}
}

// pure rooms compute; they never reach for a database, the network, a file or a clock, so that the
// law can be tested at any moment of any year.
var pure = []string{"fault", "law", "codes", "procedure", "place", "topic", "document", "classify"}

func TestPureRoomsDoNoIO(t *testing.T) {
	forbidden := map[string]string{
		"database/sql": "it would tie the law to a database",
		"net/http":     "it would tie the law to a protocol",
		"os":           "files are handed in as fs.FS",
		"os/exec":      "it computes, it does not act",
	}
	for _, p := range packages(t) {
		if !slices.Contains(pure, room(p.ImportPath)) || strings.HasSuffix(p.ImportPath, "test") {
			continue
		}
		for _, imported := range p.Imports {
			if why, bad := forbidden[imported]; bad {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, why)
			}
		}
	}
	eachLine(t, func(path string, n int, line string) {
		if slices.Contains(pure, strings.Split(path, "/")[0]) && strings.Contains(line, "time.Now(") {
			t.Errorf("%s:%d asks the clock: now is an argument here", path, n)
		}
	})
}

// A gateway translates. Its boxes know nothing of what messages mean, and what they mean is said in a room for each platform, which calls the
// steps of a system and decides nothing: it asks no procedure, counts no period, and touches no database.
func TestGatewaysTranslateOnly(t *testing.T) {
	forbidden := map[string]string{
		"jiexu/procedure": "whether a step may be taken is the system's to say", "jiexu/term": "periods are the system's", "jiexu/systems/casework": "a platform sends complaints, not cases",
		"database/sql": "its boxes are package gateway's", "net/http": "its lines are package gateway's", "os": "its folders are package gateway's",
	}
	for _, p := range packages(t) {
		switch rest, protocol := strings.CutPrefix(p.ImportPath, "jiexu/gateway/"); {
		case p.ImportPath == "jiexu/gateway":
			for _, imported := range p.Imports {
				if strings.HasPrefix(imported, "jiexu/systems/") || strings.HasPrefix(imported, "jiexu/gateway/") {
					t.Errorf("%s imports %s: it carries messages and does not know what they say", p.ImportPath, imported)
				}
			}
		case protocol && (rest == "hotline" || rest == "grid"):
			for _, imported := range p.Imports {
				if why, bad := forbidden[imported]; bad {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, why)
				}
				if strings.HasPrefix(imported, "jiexu/gateway/") && !strings.HasPrefix(imported, p.ImportPath+"/") {
					t.Errorf("%s imports %s: one platform knows nothing of another", p.ImportPath, imported)
				}
			}
		}
	}
}

// What the public reaches, other programs and citizens, is translated into calls on intake; what a report must hold, what is public of it, which steps a
// citizen may take are intake's to say.
func TestPublicGatewaysTranslateOnly(t *testing.T) {
	forbidden := map[string]string{
		"jiexu/procedure": "whether a step may be taken is the system's to say", "jiexu/term": "periods are the system's", "jiexu/store": "it has no rows of its own",
		"jiexu/ledger": "entries are written with the rows", "jiexu/systems/casework": "the public sends complaints, not cases", "database/sql": "it has no rows of its own", "os": "it reads no files",
	}
	for _, p := range packages(t) {
		if rest, _ := strings.CutPrefix(p.ImportPath, "jiexu/gateway/"); rest != "open311" && rest != "portal" {
			continue
		}
		for _, imported := range p.Imports {
			if why, bad := forbidden[imported]; bad {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, why)
			}
		}
	}
}

func TestNoTestSleeps(t *testing.T) {
	isCall := func(n ast.Node, of, name string) (*ast.CallExpr, bool) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return nil, false
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != name {
			return nil, false
		}
		pack, ok := f.X.(*ast.Ident)
		return call, ok && pack.Name == of
	}
	seen := map[string]bool{}
	walkGo(t, true, func(path string, _ int, _ string) {
		if !strings.HasSuffix(path, "_test.go") || seen[path] {
			return
		}
		seen[path] = true
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if _, bubble := isCall(n, "synctest", "Test"); bubble {
				return false // there the clock is injected: a sleep takes no time
			}
			if call, sleeps := isCall(n, "time", "Sleep"); sleeps {
				t.Errorf("%s sleeps: wait for what is meant to happen, or inject the clock", set.Position(call.Pos()))
			}
			return true
		})
	})
}

func TestFilesAreNotTooLong(t *testing.T) {
	lines := map[string]int{}
	eachLine(t, func(path string, n int, _ string) { lines[path] = n })
	for path, n := range lines {
		if n > 600 {
			t.Errorf("%s has %d lines: split it by use case", path, n)
		}
	}
}

func TestNamesSayWhatThingsAre(t *testing.T) {
	eachLine(t, func(path string, n int, line string) {
		if !strings.HasPrefix(line, "type ") && !strings.HasPrefix(line, "package ") {
			return
		}
		for _, vague := range []string{"Manager", "Helper", "Util", "package util", "package helper", "package common"} {
			if strings.Contains(line, vague) && !strings.Contains(line, "Utility") {
				t.Errorf("%s:%d: %q says nothing; use the field's own word", path, n, strings.TrimSpace(line))
			}
		}
	})
}

func eachLine(t *testing.T, f func(path string, n int, line string)) {
	t.Helper()
	walkGo(t, false, f)
}

func walkGo(t *testing.T, tests bool, f func(path string, n int, line string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() != "." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || !tests && strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		n := 0
		for lines := bufio.NewScanner(file); lines.Scan(); {
			n++
			f(path, n, lines.Text())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
