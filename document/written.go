package document

import (
	"slices"
	"strings"

	"jiexu/procedure"
)

// Written is what people wrote into a form, a text each: its narratives, its things, what it relies on. The words that
// every paper of the kind has, its title and number, and whatever names or reaches somebody, are not among them. names are the names,
// numbers and addresses of people that the form holds, so that they can be taken out of the narratives too.
func Written(f Form) (texts, names []string) {
	switch f := f.(type) {
	case *IntendedPenaltyNotice:
		texts = append(texts, f.Matter, f.Facts, f.Reasons, f.Correct)
		texts = append(texts, found(f.Evidence, f.Violated, f.Basis, f.Penalties)...)
	case *Decision:
		texts = append(texts, f.Matter, f.Facts, f.Reasons, f.Correct, f.Perform, f.Notice.Number, f.Notice.Defence, f.Notice.Opinion, f.Notice.Hearing)
		texts = append(texts, found(f.Evidence, f.Violated, f.Basis, f.Penalties)...)
	case *Sheet:
		inside, people := WrittenIn(f.Blank.Fields, f.Values)
		texts, names = append(texts, inside...), people
		for _, s := range f.Signatures {
			names = append(names, s.Name, s.Witness)
		}
	}
	return slices.DeleteFunc(texts, func(t string) bool { return strings.TrimSpace(t) == "" }), names
}

func found(evidence []Evidence, violated, basis []Provision, penalties []Penalty) (texts []string) {
	for _, e := range evidence {
		texts = append(texts, e.Name+" "+e.Proves)
	}
	for _, p := range slices.Concat(violated, basis) {
		texts = append(texts, p.Title) // not its wording, which is the same wherever it is cited
	}
	for _, p := range penalties {
		texts = append(texts, p.String())
	}
	return texts
}

// WrittenIn is Written for fields alone, as those of a step. A long text is a narrative; of short ones only those are
// findable that are about things and never about people.
func WrittenIn(fields []procedure.Field, v map[string]any) (texts, names []string) {
	for _, f := range fields {
		text, _ := v[f.Name].(string)
		switch {
		case f.Type == procedure.LongText || f.Type == procedure.TextField && slices.Contains(aboutThings, f.Name):
			texts = append(texts, text)
		case f.Type == procedure.TextField && slices.Contains(aboutPeople, f.Name):
			names = append(names, text)
		case f.Type == procedure.RowsField:
			for _, row := range rowsOf(v[f.Name]) {
				var cells []string
				for _, c := range f.Columns {
					if cell, _ := row[c.Name].(string); c.Type == procedure.LongText || slices.Contains(tables, f.Name) && slices.Contains(aboutRows, c.Name) {
						cells = append(cells, cell)
					}
				}
				texts = append(texts, strings.Join(cells, " "))
			}
		}
	}
	return texts, names
}

// rowsOf reads a table as a form keeps it, or as JSON gives it.
func rowsOf(in any) (out []map[string]any) {
	switch rows := in.(type) {
	case []map[string]any:
		return rows
	case []any:
		for _, r := range rows {
			if row, ok := r.(map[string]any); ok {
				out = append(out, row)
			}
		}
	}
	return out
}

var (
	// aboutThings are short texts that never name or reach anybody. A place is none of them: it may be where
	// somebody lives, and that of the act is found with the case.
	aboutThings = []string{"order", "what", "items", "crime", "power", "finding", "corrected", "result", "on_what", "method"}
	// aboutPeople are short texts that name or reach somebody who is not of the office.
	aboutPeople = []string{"name", "code", "phone", "address", "mobile", "mail", "speaker", "witness", "receiver", "present", "present_code", "present_phone",
		"reporter", "applicant", "appellant", "to", "holder", "party_present", "agents", "third", "builder", "interpreter", "employer"}
	// tables hold things, papers or measures; aboutRows are their columns.
	tables    = []string{"things", "items", "samples", "evidence", "files", "measured", "stages", "bring", "handed", "slips"}
	aboutRows = []string{"name", "model", "state", "source", "proves", "content", "item", "what"}
)
