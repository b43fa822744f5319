package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const storiesPage = "../docs/stories.md"

// promised are the stories that were asked for by name, each with the chapter that tells it.
var promised = [][2]string{
	{"当场罚款 50 元，现金收缴，两日交机关、两日交银行", "fifty in cash, handed in and banked within two and two working days"},
	{"公民 200 元可当场处罚，201 元不行", "two hundred to a citizen, and not two hundred and one"},
	{"单位 3,000 元可当场处罚，3,001 元不行", "an organisation at 3,000, and not at 3,001"},
	{"春节前夕送达的告知书", "a notice on the eve of Spring Festival"},
	{"第五个工作日要求听证", "a hearing asked for on the fifth working day"},
	{"第六个工作日要求听证", "a hearing asked for on the sixth working day"},
	{"申辩使罚款降低", "a defence that lowers the fine"},
	{"申辩不得加重处罚", "a defence that must not raise it"},
	{"拒绝签收，有见证人的留置送达", "service refused, and left with a witness"},
	{"公告送达", "service by announcement"},
	{"扣押期间检测，扣押延长", "seized, tested, extended, given back"},
	{"在建违法建筑，两小时内到场", "under construction, reached in two hours, defied, demolished at once"},
	{"拆除期间有诉讼", "standing, with litigation in between, then demolished by force"},
	{"加处罚款封顶", "a surcharge by day, capped at the fine"},
	{"分期缴纳", "instalments, kept"},
	{"公开之后撤销", "a decision revoked after it was published"},
	{"迟做的步骤，写明理由", "cash handed in late, with the reason"},
	{"两人同时审批", "two approvals at once"},
	{"办案中队员调到别的中队", "an officer moved to another squad in the middle of the case"},
	{"执法证昨天到期", "a certificate that ran out yesterday"},
}

// told is a story as the tests tell it.
type told struct {
	name string
	both bool
}

// storiesTold reads the stories out of the tests themselves, by file, so that the page cannot name one that nobody tells.
func storiesTold(t *testing.T) (files []string, titles map[string]string, stories map[string][]told) {
	t.Helper()
	files, err := filepath.Glob("tales_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	titles, stories = map[string]string{}, map[string][]told{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "TestTales") {
				continue
			}
			titles[name] = f.Name.Name
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.CompositeLit)
				if !ok || len(lit.Elts) != 3 {
					return true
				}
				text, isText := lit.Elts[0].(*ast.BasicLit)
				both, isName := lit.Elts[1].(*ast.Ident)
				if isText && isName && text.Kind == token.STRING {
					s, _ := strconv.Unquote(text.Value)
					stories[name] = append(stories[name], told{s, both.Name == "true"})
				}
				return true
			})
		}
	}
	return files, titles, stories
}

// The page of stories names what the tests tell, and each story that was asked for is told.
func TestStoriesPage(t *testing.T) {
	files, titles, stories := storiesTold(t)
	where, n := map[string]string{}, 0
	for name, list := range stories {
		for _, s := range list {
			where[s.name] = titles[name]
			n++
		}
	}
	if n < 60 {
		t.Errorf("%d stories are told, 60 are promised", n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Stories from discovery to archive\n\n%d stories of casework are told through the API by `app/tales_*_test.go`, each from the finding of an act to the end that the law gives it.\n", n)
	b.WriteString("All run on SQLite, those marked so on PostgreSQL too. `make test-go ARGS='./app -run Tales'` runs them; this page is generated from them\n(`go test ./app -run StoriesPage -update`).\n\n## Asked for by name\n\n| story | told as | test |\n| --- | --- | --- |\n")
	for _, p := range promised {
		test, ok := where[p[1]]
		if !ok {
			t.Errorf("nobody tells %q (%s)", p[1], p[0])
		}
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", p[0], p[1], test)
	}
	b.WriteString("\n## All\n")
	for _, name := range files {
		if len(stories[name]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n`%s` in `app/%s`\n\n", titles[name], name)
		for _, s := range stories[name] {
			b.WriteString("- " + s.name)
			if s.both {
				b.WriteString(" (both engines)")
			}
			b.WriteString("\n")
		}
	}
	if *update {
		if err := os.WriteFile(storiesPage, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if page, err := os.ReadFile(storiesPage); err != nil || string(page) != b.String() {
		t.Errorf("%s is stale: go test ./app -run StoriesPage -update (%v)", storiesPage, err)
	}
}
