package procedure

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

var tabled = []Field{{Name: "rows", Label: T("表", "Table"), Type: RowsField, Required: true, Min: 2, Max: 3, Columns: []Field{
	{Name: "name", Label: T("名", "Name"), Type: TextField, Required: true, Max: 4},
	{Name: "count", Label: T("数", "Count"), Type: Number, Max: 9},
	{Name: "on", Label: T("日", "On"), Type: DateField, NotFuture: true},
}}}

func TestRows(t *testing.T) {
	now := time.Date(2024, 2, 8, 20, 0, 0, 0, time.UTC) // the 9th in Shanghai
	for _, c := range []struct{ name, in, want string }{
		{"typed", `[{"name":" 桌 ","count":3,"on":"2024-02-09"},{"name":"凳"}]`, ""},
		{"rows that nobody filled in are left out", `[{"name":"桌"},{"name":"  ","count":null},{"name":"凳"}]`, ""},
		{"none", `[]`, "rows procedure.field_required"},
		{"empty text", `""`, "rows procedure.field_required"},
		{"only blank ones", `[{},{}]`, "rows procedure.field_required"},
		{"too few", `[{"name":"桌"}]`, "rows procedure.field_short"},
		{"too many", `[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"}]`, "rows procedure.field_long"},
		{"no list", `{"name":"桌"}`, "rows procedure.field_type"},
		{"no rows", `["桌","凳"]`, "rows procedure.field_type"},
		{"a cell missing", `[{"name":"桌"},{"count":1}]`, "rows.1.name procedure.field_required"},
		{"a cell too long", `[{"name":"桌"},{"name":"一二三四五"}]`, "rows.1.name procedure.field_long"},
		{"a cell too high", `[{"name":"桌","count":10},{"name":"凳"}]`, "rows.0.count procedure.field_high"},
		{"a cell of another type", `[{"name":"桌","count":"十"},{"name":"凳"}]`, "rows.0.count procedure.field_type"},
		{"a cell in the future", `[{"name":"桌","on":"2024-02-10"},{"name":"凳"}]`, "rows.0.on procedure.field_future"},
		{"an unknown cell", `[{"name":"桌","price":1},{"name":"凳"}]`, "rows.0.price procedure.field_unknown"},
	} {
		var in any
		if err := json.Unmarshal([]byte(c.in), &in); err != nil {
			t.Fatal(err)
		}
		v, err := ReadFields(tabled, map[string]any{"rows": in}, now)
		if c.want == "" {
			rows := v.Rows("rows")
			if err != nil || len(rows) != 2 || rows[1].Text("name") != "凳" {
				t.Errorf("%s: %v, %v", c.name, v, err)
				continue
			}
			again, err := ReadFields(tabled, v, now) // what is typed already reads as itself
			if err != nil || !reflect.DeepEqual(v, again) {
				t.Errorf("%s, again: %v, %v", c.name, again, err)
			}
			continue
		}
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name+" "+f.Fields[0].Code != c.want {
			t.Errorf("%s: want %s, got %v", c.name, c.want, err)
		}
	}
	v, err := ReadFields(tabled, map[string]any{"rows": []map[string]any{{"name": "桌", "count": 3, "on": law.Date{Year: 2024, Month: 2, Day: 1}}, {"name": "凳"}}}, now)
	if err != nil {
		t.Fatal(err)
	}
	if n, ok := v.Rows("rows")[0].Number("count"); !ok || n != 3 {
		t.Error("a cell is not typed")
	}
}

func TestFieldListsAreChecked(t *testing.T) {
	if err := CheckFields("form", tabled); err != nil {
		t.Error(err)
	}
	inner := tabled[0]
	for want, fields := range map[string][]Field{
		"columns do not agree":     {{Name: "rows", Label: T("表", "Table"), Type: RowsField}},
		"table within its table":   {{Name: "rows", Label: T("表", "Table"), Type: RowsField, Columns: []Field{inner}}},
		"field name \"No Name\"":   {{Name: "rows", Label: T("表", "Table"), Type: RowsField, Columns: []Field{{Name: "No Name", Label: T("名", "Name"), Type: TextField}}}},
		"lacks a title in one lan": {{Name: "text", Label: T("文", ""), Type: TextField}},
	} {
		if err := CheckFields("form", fields); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

func FuzzReadFields(f *testing.F) {
	fields := append([]Field{}, form.Fields...)
	fields = append(fields, tabled...)
	for _, s := range []string{`{}`, `{"text":"好的","rows":[{"name":"桌"},{"name":"凳","count":1e400}]}`, `{"rows":[[{}]],"people":[null],"at":"2024"}`, `{"rows":{"0":{}}}`} {
		f.Add([]byte(s))
	}
	now := time.Date(2024, 2, 8, 20, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in map[string]any
		if json.Unmarshal(raw, &in) != nil {
			return
		}
		v, err := ReadFields(fields, in, now)
		if err != nil {
			if !fault.Is(err, "procedure.fields") {
				t.Fatal(err)
			}
			return
		}
		again, err := ReadFields(fields, v, now)
		if err != nil || len(again) != len(v) {
			t.Fatalf("what was read does not read again: %v %v %v", v, again, err)
		}
	})
}
