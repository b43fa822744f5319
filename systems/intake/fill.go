package intake

import (
	"regexp"
	"slices"
)

// variable is something that a reply template is filled in with, by its name in either language.
type variable struct{ code, zh string }

// variables are all that a template may name, in the order in which they are offered.
var variables = []variable{
	{"number", "编号"}, {"received", "收到日期"}, {"title", "标题"}, {"place", "地点"}, {"findings", "查明情况"}, {"outcome", "处置结果"},
	{"case", "案件编号"}, {"unit", "承办单位"}, {"next", "下一步"}, {"today", "今天"},
}

var braces = regexp.MustCompile(`\{([^{}\n]{1,20})\}`)

func variableOf(name string) (string, bool) {
	i := slices.IndexFunc(variables, func(v variable) bool { return v.code == name || v.zh == name })
	if i < 0 {
		return "", false
	}
	return variables[i].code, true
}

// unknownVariables lists what a template names in braces and nothing fills in.
func unknownVariables(text string) (out []string) {
	for _, m := range braces.FindAllStringSubmatch(text, -1) {
		if _, ok := variableOf(m[1]); !ok && !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// filled fills a template in. What is not known yet stays in 【】 for whoever writes the answer, and is listed.
func filled(text string, values map[string]string) (out string, missing []string) {
	out = braces.ReplaceAllStringFunc(text, func(named string) string {
		name := named[1 : len(named)-1]
		code, ok := variableOf(name)
		if !ok {
			return named
		}
		if values[code] == "" {
			if !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
			return "【" + name + "】"
		}
		return values[code]
	})
	return out, missing
}
