package org

import (
	"fmt"
	"slices"
	"strings"

	"jiexu/words"
)

// RolesPage writes the role table as docs/roles.md.
func RolesPage() string {
	var b strings.Builder
	b.WriteString("<!-- Generated from the role table. Do not edit: change org/roles.go and run the tests of org with -update. -->\n\n")
	b.WriteString("# Roles 角色与权限\n\n")
	b.WriteString("A right is a role held in a unit: it holds in that unit and all below it. Everything that is not ticked is refused, and every refusal is recorded.\n\n")
	b.WriteString("权限由“角色 + 单位”决定：在某单位担任的角色，对该单位及其下级单位有效。表中没有打勾的一律拒绝，每次拒绝都有记录。\n\n")
	b.WriteString("| Role | 角色 | What it is for | 职责 |\n| --- | --- | --- | --- |\n")
	for _, r := range Roles {
		fmt.Fprintf(&b, "| %s `%s` | %s | %s | %s |\n", words.Text(words.English, "role."+r.Code, nil), r.Code, words.Text(words.Chinese, "role."+r.Code, nil),
			words.Text(words.English, "role."+r.Code+".about", nil), words.Text(words.Chinese, "role."+r.Code+".about", nil))
	}
	var rooms []string
	for _, op := range Operations {
		if room, _, _ := strings.Cut(op, "."); !slices.Contains(rooms, room) {
			rooms = append(rooms, room)
		}
	}
	for _, room := range rooms {
		fmt.Fprintf(&b, "\n## %s\n\n| Operation | 操作 |", room)
		for _, r := range Roles {
			fmt.Fprintf(&b, " %s |", words.Text(words.Chinese, "role."+r.Code, nil))
		}
		b.WriteString("\n| --- | --- |" + strings.Repeat(" :-: |", len(Roles)) + "\n")
		for _, op := range Operations {
			if !strings.HasPrefix(op, room+".") {
				continue
			}
			fmt.Fprintf(&b, "| %s `%s` | %s |", words.Text(words.English, "op."+op, nil), op, words.Text(words.Chinese, "op."+op, nil))
			for _, r := range Roles {
				if Allows(r.Code, op) {
					b.WriteString(" ✓ |")
				} else {
					b.WriteString("  |")
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
