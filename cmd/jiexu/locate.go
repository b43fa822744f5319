package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiexu/area"
	"jiexu/data"
	"jiexu/fault"
	"jiexu/place"
	"jiexu/sheet"
	"jiexu/store"
	"jiexu/words"
)

// LocateCmd finds where the places of a table are.
type LocateCmd struct {
	File   string `arg:"" help:"CSV (UTF-8, GB18030 or UTF-16) or Excel .xlsx with the columns name and address; one of them is enough."`
	Areas  string `help:"GeoJSON of the streets' areas; by default the demonstration's approximate ones." placeholder:"FILE" xor:"ground"`
	DB     string `help:"Use the streets of this database and what its office has learned of addresses; it is only read." placeholder:"URL" xor:"ground"`
	Beside bool   `help:"Add a column with the other streets whose area a place may lie in: their squads may have to know as well."`
}

// locateColumns say by which headers name and address are known.
const locateColumns = `
[columns]
name = ["name", "名称", "地点", "地点名称"]
address = ["address", "地址", "详细地址", "事发地址"]
`

// Run writes the rows to standard output, in order and with all their columns, and behind them lat, lon
// (WGS-84), street and confidence. A column of theirs that is called like one of ours is renamed.
func (c *LocateCmd) Run(env *Env) error {
	content, err := readFile(c.File, sheet.MaxBytes)
	if err != nil {
		return err
	}
	table, err := sheet.Open(c.File, content, sheet.FileOptions{RecordBytes: recordBytes, KeepBlank: true, AllRows: true})
	if err != nil {
		return err
	}
	columns, err := sheet.ParseMap([]byte(locateColumns), []string{"name", "address"})
	if err != nil {
		return err
	}
	bound, err := columns.Bind(table, "name", "address")
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(table.Header, func(h string) bool { return !slices.Contains(bound.Unknown(), h) }) {
		return fault.New(fault.Invalid, "locate.columns", "columns", strings.Join(table.Header, "、"))
	}
	g, err := c.gazetteer()
	if err != nil {
		return err
	}
	var out bytes.Buffer // nothing is written of a file that breaks off
	w := csv.NewWriter(&out)
	added := []string{"lat", "lon", "street", "confidence"}
	if c.Beside {
		added = append(added, "beside")
	}
	w.Write(append(withOurs(table.Header, added), added...))
	located, n := 0, 0
	err = table.Each(func(row sheet.Row) error {
		n++
		answer := make([]string, len(added))
		answer[3] = "0"
		if row.Problem != nil {
			_, detail := words.Fault(env.Lang, row.Problem)
			fmt.Fprintln(env.Err, words.Text(env.Lang, "locate.row", map[string]any{"line": row.Line, "detail": detail}))
		} else if f, ok := g.Find(bound.Value(row, "name"), bound.Value(row, "address")); ok {
			located++
			c.answer(env, answer, f)
		}
		w.Write(append(exactly(row.Cells, len(table.Header)), answer...))
		return nil
	})
	if err != nil {
		return err
	}
	w.Flush()
	if _, err := env.Out.Write(out.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(env.Err, words.Text(env.Lang, "locate.done", map[string]any{"rows": n, "located": located}))
	return nil
}

func (c *LocateCmd) gazetteer() (*place.Gazetteer, error) {
	if c.DB != "" {
		return learnedIn(context.Background(), c.DB)
	}
	if c.Areas == "" {
		areas, err := place.DemoAreas(data.FS)
		if err != nil {
			return nil, err
		}
		return place.LoadGazetteer(data.FS, areas)
	}
	content, err := readFile(c.Areas, place.MaxAreasBytes)
	if err != nil {
		return nil, err
	}
	file, err := place.ParseAreas(content, place.WGS84)
	if err != nil {
		return nil, err
	}
	return place.LoadGazetteer(data.FS, file.Areas)
}

// learnedIn is the gazetteer of an office, with all that its people taught it.
func learnedIn(ctx context.Context, url string) (g *place.Gazetteer, err error) {
	db, err := openCurrent(ctx, url)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return g, db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := area.NewAtlas(data.FS).Ground(ctx, tx)
		if err != nil {
			return err
		}
		if ground, err = ground.Taught(ctx, tx); err == nil {
			g = ground.Gazetteer
		}
		return err
	})
}

// answer fills the columns that are ours. A place outside of the district has the name of the one that
// it is in as its street.
func (c *LocateCmd) answer(env *Env, cells []string, f place.Found) {
	cells[0] = strconv.FormatFloat(f.At.Lat, 'f', 6, 64)
	cells[1] = strconv.FormatFloat(f.At.Lon, 'f', 6, 64)
	cells[3] = strconv.FormatFloat(f.Confidence, 'f', 2, 64)
	switch {
	case len(f.Streets) > 0:
		cells[2] = f.Streets[0].Name
	case !f.Inside && f.District != "":
		cells[2] = f.District
	case !f.Inside:
		cells[2] = words.Text(env.Lang, "locate.elsewhere", nil)
	}
	if c.Beside && len(f.Streets) > 1 {
		var names []string
		for _, s := range f.Streets[1:] {
			names = append(names, s.Name)
		}
		cells[4] = strings.Join(names, "、")
	}
}

// withOurs are the headers of a table, with another name for those that ours would hide.
func withOurs(header, ours []string) []string {
	out := slices.Clone(header)
	for i, h := range out {
		if slices.ContainsFunc(ours, func(o string) bool { return strings.EqualFold(o, h) }) {
			out[i] = h + "_given"
		}
	}
	return out
}

// exactly brings a broken row to the table's width without losing what it says.
func exactly(cells []string, width int) []string {
	out := make([]string, width)
	copy(out, cells)
	if len(cells) > width {
		out[width-1] = strings.Join(cells[width-1:], ",")
	}
	for i, c := range out {
		out[i] = strings.ToValidUTF8(c, "\uFFFD")
	}
	return out
}
