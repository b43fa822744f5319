package org

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
)

// numbering holds the preset templates by kind of number. {short} is the unit's 机关代字 or, where it
// has none, its name, {code} its official code, {year} the year, {seq} the running number of the year,
// {seq:5} the same with at least five digits. An office sets its own prefix (numbering.KIND).
var numbering = map[string]string{
	"complaint": "JX{year}{seq:6}",
	"case":      "{short}立〔{year}〕第{seq}号",
	"notice":    "{short}罚告〔{year}〕第{seq}号",
	"decision":  "{short}罚决〔{year}〕第{seq}号",
	"hearing":   "{short}听通〔{year}〕第{seq}号",
	"document":  "{short}{word}〔{year}〕第{seq}号", // every other document, by its word
}

// numberWords are the words (文种代字) in the numbers of documents, by kind. They are the office's own; what
// the real bureau uses is for its legal section to confirm.
var numberWords = map[string]string{
	"advice":                  "建议",
	"agreement":               "执协",
	"announcement":            "公告",
	"assistance":              "协",
	"belongings":              "物告",
	"claim":                   "认领",
	"clearing":                "清",
	"coercion":                "强执",
	"correction":              "责改",
	"correction_of":           "更正",
	"court":                   "申执",
	"crime":                   "移罪",
	"deferral":                "延缴",
	"demand":                  "催",
	"demolition":              "责拆",
	"demolition_announcement": "强拆告",
	"demolition_demand":       "拆催",
	"demolition_notice":       "拆通",
	"demolition_public":       "拆告",
	"disposal":                "处",
	"ending":                  "终执",
	"expert":                  "鉴",
	"forced_demolition":       "强拆",
	"hearing_announcement":    "听告",
	"immediate":               "即履",
	"inquiry":                 "询通",
	"nopenalty":               "不罚",
	"payment":                 "缴",
	"perishable":              "鲜告",
	"preservation":            "保",
	"recusal":                 "回避",
	"resumption":              "复执",
	"review":                  "审",
	"revocation":              "撤",
	"sampling":                "样",
	"seizure":                 "扣",
	"seizure_extension":       "延扣",
	"seizure_lifting":         "解扣",
	"stop":                    "责停",
	"substitute":              "代履",
	"summary":                 "当罚",
	"surcharge":               "加罚",
	"suspension":              "中执",
	"testing":                 "检",
	"transfer":                "移",
	"withdrawal":              "撤公",
}

var numberPart = regexp.MustCompile(`\{(short|code|year|seq|word)(?::([1-9]))?\}`)

// Numbered reports whether there is a template for a kind of number.
func Numbered(kind string) bool { return numbering[kind] != "" || numberWords[kind] != "" }

// checkNumbering accepts a template with a running number, its year, and no mark that is not known.
func checkNumbering(v json.RawMessage) error {
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return err
	}
	rest := numberPart.ReplaceAllString(s, "")
	if !strings.Contains(s, "{seq") || !strings.Contains(s, "{year}") || strings.ContainsAny(rest, "{}") || len(s) > 120 {
		return fmt.Errorf("%q is no template of numbers", s)
	}
	return nil
}

// NextNumber gives out the next number of a kind (complaint, case, notice, decision, …) in a unit, by
// the template that holds there. Numbers of a year have no gap and no double: the counter moves in
// the caller's transaction, so a number is used up exactly when what carries it is kept, and others
// who want one wait until then. Call it late in the transaction.
//
// Who counts: where the template names the unit ({short} or {code}), the nearest unit up the tree that
// has the word; else the unit that set the template, or the topmost one.
//
// Returns org.setting_unset where no template holds, and org.code_missing where a template wants a
// code that no unit up the tree has.
func NextNumber(ctx context.Context, tx *store.Tx, unit, kind string, day law.Date) (string, error) {
	numbers, err := NextNumbers(ctx, tx, unit, kind, day, 1)
	if err != nil {
		return "", err
	}
	return numbers[0], nil
}

// NextNumbers gives out n numbers in a row, as an import needs them.
func NextNumbers(ctx context.Context, tx *store.Tx, unit, kind string, day law.Date, n int) ([]string, error) {
	if n <= 0 {
		return nil, nil
	}
	var template string
	from, err := SettingInto(ctx, tx, unit, "numbering."+kind, &template)
	if word := numberWords[kind]; word != "" && fault.Is(err, "org.setting_unset") {
		from, err = SettingInto(ctx, tx, unit, "numbering.document", &template)
		template = strings.ReplaceAll(template, "{word}", word)
	}
	if err != nil {
		return nil, err
	}
	counter, err := counterOf(ctx, tx, unit, template, from)
	if err != nil {
		return nil, err
	}
	var last int
	err = tx.QueryRow(ctx, `INSERT INTO org_numbers (unit, kind, year, issued) VALUES ($1,$2,$3,$4)
		ON CONFLICT (unit, kind, year) DO UPDATE SET issued = org_numbers.issued + excluded.issued RETURNING issued`, counter.ID, kind, day.Year, n).Scan(&last)
	if err != nil {
		return nil, fmt.Errorf("next number of %s: %w", kind, err)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = fill(template, counter, day.Year, last-n+1+i)
	}
	return out, nil
}

// fill writes a number by its template.
func fill(template string, counter Unit, year, seq int) string {
	return numberPart.ReplaceAllStringFunc(template, func(mark string) string {
		m := numberPart.FindStringSubmatch(mark)
		width, _ := strconv.Atoi(m[2]) // absent: 0
		switch m[1] {
		case "short":
			return cmp.Or(counter.Short, counter.Name)
		case "code":
			return counter.Code
		case "word":
			return ""
		case "year":
			return strconv.Itoa(year)
		default:
			return fmt.Sprintf("%0*d", width, seq)
		}
	})
}

// counterOf finds the unit whose counter a template moves.
func counterOf(ctx context.Context, tx *store.Tx, unit, template, from string) (Unit, error) {
	t, err := treeOf(ctx, tx)
	if err != nil {
		return Unit{}, err
	}
	way := t.Way(unit)
	find := func(has func(Unit) bool) (Unit, bool) {
		for _, id := range way {
			if u, ok := t.units[id]; ok && has(u) {
				return u, true
			}
		}
		return Unit{}, false
	}
	switch {
	case strings.Contains(template, "{code}"):
		if u, ok := find(func(u Unit) bool { return u.Code != "" }); ok {
			return u, nil
		}
		return Unit{}, fault.New(fault.NotFound, "org.code_missing")
	case strings.Contains(template, "{short}"):
		if u, ok := find(func(u Unit) bool { return u.Short != "" }); ok {
			return u, nil
		}
		return UnitByID(ctx, tx, unit)
	case from != "":
		return UnitByID(ctx, tx, from)
	}
	top := unit
	if len(way) > 0 {
		top = way[len(way)-1]
	}
	return UnitByID(ctx, tx, top)
}
