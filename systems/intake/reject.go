package intake

import (
	"bytes"
	"encoding/csv"
	"strings"

	"jiexu/sheet"
	"jiexu/words"
)

// Text says why a row was rejected, field by field, each by the header of its column where it has one.
func (out *ImportResult) Text(r Rejection, lang string) string {
	if len(r.Reason.Fields) == 0 {
		return words.Text(lang, r.Reason.Code, r.Reason.Params)
	}
	var parts []string
	for _, f := range r.Reason.Fields {
		name := out.column(f.Name)
		if name == "" {
			name = words.Text(lang, "intake.field."+f.Name, nil)
		}
		parts = append(parts, name+words.Text(lang, "import.colon", nil)+words.Text(lang, f.Code, f.Params))
	}
	return strings.Join(parts, " ")
}

// column is the header behind a field of a registration.
func (out *ImportResult) column(field string) string {
	if ours, ok := map[string]string{"sourceNumber": "source_no", "content": "text", "receivedAt": "received_at", "name": "contact_name", "phone": "contact_phone"}[field]; ok {
		field = ours
	}
	return out.columns[field]
}

// RejectedCSV writes the rejected rows as they came, with the reason in the last column: for Excel, in
// UTF-8 with its mark. Mended, it can be imported again by the same map.
func (out *ImportResult) RejectedCSV(lang string) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	width := len(out.Header)
	w.Write(append(guarded(out.Header, width), words.Text(lang, "import.reason", nil)))
	for _, r := range out.Rejected {
		cells := r.Cells
		if len(cells) > width { // too many to stand under the header; none is thrown away
			cells = append(append([]string{}, cells[:width-1]...), strings.Join(cells[width-1:], ","))
		}
		w.Write(append(guarded(cells, width), out.Text(r, lang)))
	}
	w.Flush()
	return b.Bytes()
}

// guarded brings cells to a width and keeps a spreadsheet from running them.
func guarded(cells []string, width int) []string {
	out := make([]string, width, width+1)
	for i := range min(width, len(cells)) {
		out[i] = sheet.Guard(strings.ToValidUTF8(cells[i], "\uFFFD"))
	}
	return out
}
