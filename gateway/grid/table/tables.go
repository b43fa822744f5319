package table

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/sheet"
	"jiexu/store"
)

// Tables keeps the editions and the desk's table. It is safe for concurrent use.
type Tables struct {
	DB  *store.DB
	Now func() time.Time
	// Matter gives the name of a penalty matter, by its code.
	Matter func(code, lang string) (name string, ok bool)
}

func init() {
	ledger.Seal("gateway_grid_tables")
	ledger.Seal("gateway_grid_map", "code")
	ledger.Exempt("gateway_grid_codes", "the lines of an imported file, whose digest is in the sealed row of its edition")
}

// Edition is a table of classes: one that was imported, or the shipped draft, which has no id.
type Edition struct {
	ID         string    `json:"id,omitempty"`
	Standard   string    `json:"standard"`
	Edition    string    `json:"edition"`
	From       law.Date  `json:"from"`
	Source     string    `json:"source"`
	Codes      int       `json:"codes"`
	ImportedAt time.Time `json:"importedAt"`
}

// maxTitle and maxSource bound texts, in characters.
const (
	maxTitle  = 60
	maxSource = 200
	maxCodes  = 3000
)

// shipped is the draft that the binary brings: titles and meanings by key.
var shipped = func() (d struct {
	titles map[string]string
	means  map[string]Meaning
}) {
	d.titles, d.means = map[string]string{}, map[string]Meaning{}
	read := func(name string, each func(key string, cells []string)) {
		text, err := fs.ReadFile(data.FS, "grid/"+name)
		if err != nil {
			panic(err) // part of the binary; a test reads it
		}
		rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil {
			panic(err)
		}
		for _, r := range rows[1:] {
			k, err := key(r[0], r[1])
			if err != nil {
				panic(err)
			}
			each(k, r)
		}
	}
	read("codes.csv", func(k string, r []string) { d.titles[k] = r[2] })
	read("map.csv", func(k string, r []string) { d.means[k] = Meaning{Category: r[2], Matter: r[3]} })
	return d
}()

// draft is the shipped edition.
var draft = Edition{Standard: "GB/T 30428.2", Edition: "draft", From: law.Date{Year: 2013, Month: 12, Day: 1}, Source: "data/grid", Codes: len(shipped.titles)}

// Import takes in an edition: a table with the columns 类别, 代码, 名称 (or sort, code, title). An edition that is there already is refused; its
// classes are never changed. Returns the faults of the file, gateway.grid_columns, gateway.grid_row with the line, gateway.grid_twice, form.
func (t *Tables) Import(ctx context.Context, actor org.Actor, name string, content []byte, e Edition) (Edition, error) {
	f := fault.New(fault.Invalid, "form")
	for field, v := range map[string]string{"standard": e.Standard, "edition": e.Edition, "source": e.Source} {
		if strings.TrimSpace(v) == "" {
			f.With(field, "form.required")
		} else if utf8.RuneCountInString(v) > maxSource {
			f.With(field, "form.too_long", "max", maxSource)
		}
	}
	if err := f.OrNil(); err != nil {
		return e, err
	}
	titles, err := read(name, content)
	if err != nil {
		return e, err
	}
	sum := sha256.Sum256(content)
	e.ID, e.Codes, e.ImportedAt = store.NewID(), len(titles), t.Now()
	_, err = store.Do(ctx, t.DB, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		if _, err := tx.Exec(ctx, `INSERT INTO gateway_grid_tables (id, standard, edition, valid_from, source, sha256, codes, actor, imported_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
			e.ID, e.Standard, e.Edition, store.Date{Date: e.From}, e.Source, hex.EncodeToString(sum[:]), e.Codes, actor.Person, store.At(e.ImportedAt)); err != nil {
			return none, err
		}
		for k, title := range titles {
			if _, err := tx.Exec(ctx, `INSERT INTO gateway_grid_codes (tbl, code, title) VALUES ($1,$2,$3)`, e.ID, k, title); err != nil {
				return none, err
			}
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.grid_table", Subject: ledger.Ref{Type: "grid_table", ID: e.ID}, Actor: actor.Person, Unit: actor.HomeUnit(), At: e.ImportedAt,
			Body: map[string]any{"standard": e.Standard, "edition": e.Edition, "from": e.From.String(), "codes": e.Codes}, Rows: []ledger.Row{{Table: "gateway_grid_tables", Key: e.ID}}})
		return none, err
	})
	if store.IsUnique(err) {
		return e, fault.New(fault.Conflict, "gateway.grid_twice", "standard", e.Standard, "edition", e.Edition)
	}
	return e, err
}

// read reads a file of classes.
func read(name string, content []byte) (map[string]string, error) {
	tbl, err := sheet.Open(name, content, sheet.FileOptions{})
	if err != nil {
		return nil, err
	}
	column := map[string]int{}
	for i, h := range tbl.Header {
		for field, names := range map[string][]string{"sort": {"类别", "类型", "sort", "type"}, "code": {"代码", "编码", "code"}, "title": {"名称", "title", "name"}} {
			if slices.Contains(names, strings.ToLower(h)) {
				column[field] = i
			}
		}
	}
	if len(column) < 3 {
		return nil, fault.New(fault.Invalid, "gateway.grid_columns")
	}
	titles := map[string]string{}
	err = tbl.Each(func(r sheet.Row) error {
		if r.Problem != nil {
			return fault.New(fault.Invalid, "gateway.grid_row", "line", r.Line)
		}
		k, err := key(r.Cells[column["sort"]], strings.TrimSpace(r.Cells[column["code"]]))
		title := strings.TrimSpace(r.Cells[column["title"]])
		if err != nil || title == "" || utf8.RuneCountInString(title) > maxTitle || titles[k] != "" || len(titles) >= maxCodes {
			return fault.New(fault.Invalid, "gateway.grid_row", "line", r.Line)
		}
		titles[k] = title
		return nil
	})
	if err == nil && len(titles) == 0 {
		err = fault.New(fault.Invalid, "gateway.grid_columns")
	}
	return titles, err
}

// InForce is the edition that holds on a day: of those that are valid, the newest; without any the shipped draft.
func (t *Tables) InForce(ctx context.Context, tx *store.Tx, on law.Date) (Edition, error) {
	all, err := editions(ctx, tx)
	if err != nil {
		return Edition{}, err
	}
	for _, e := range all {
		if e.From.Compare(on) <= 0 {
			return e, nil
		}
	}
	return draft, nil
}

// editions lists them, the newest first.
func editions(ctx context.Context, tx *store.Tx) ([]Edition, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (e Edition, err error) {
		var from store.Date
		var at store.Time
		err = r.Scan(&e.ID, &e.Standard, &e.Edition, &from, &e.Source, &e.Codes, &at)
		e.From, e.ImportedAt = from.Date, at.Time
		return
	}, `SELECT id, standard, edition, valid_from, source, codes, imported_at FROM gateway_grid_tables ORDER BY valid_from DESC, imported_at DESC LIMIT 100`)
}

// titles are the classes of an edition by key.
func (t *Tables) titles(ctx context.Context, tx *store.Tx, e Edition) (map[string]string, error) {
	if e.ID == "" {
		return shipped.titles, nil
	}
	out := map[string]string{}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var k, title string
		err = r.Scan(&k, &title)
		out[k] = title
		return
	}, `SELECT code, title FROM gateway_grid_codes WHERE tbl = $1`, e.ID)
	return out, err
}

// Title is what a code's class is called on a day: 街面秩序-无照经营游商. Returns gateway.grid_unknown for one that the edition in force does not have.
func (t *Tables) Title(ctx context.Context, tx *store.Tx, c Code, on law.Date) (string, error) {
	e, err := t.InForce(ctx, tx, on)
	if err != nil {
		return "", err
	}
	titles, err := t.titles(ctx, tx, e)
	if err != nil {
		return "", err
	}
	class, own := titles[c.Sort+":"+c.Class], titles[c.Key()]
	if own == "" {
		return "", fault.New(fault.Invalid, "gateway.grid_unknown", "code", c.Class+c.Sub, "standard", e.Standard, "edition", e.Edition)
	}
	if class == "" || c.Sub == "" {
		return own, nil
	}
	return class + "-" + own, nil
}

// Meaning is what a class means here.
type Meaning struct {
	Category string `json:"category"`
	Matter   string `json:"matter"`
}

// Means says what a code means here: the desk's word on its subclass, else on its class, else the shipped draft's.
func (t *Tables) Means(ctx context.Context, tx *store.Tx, c Code) (Meaning, error) {
	for _, k := range []string{c.Key(), c.Sort + ":" + c.Class} {
		var m Meaning
		err := tx.QueryRow(ctx, `SELECT category, matter FROM gateway_grid_map WHERE code = $1`, k).Scan(&m.Category, &m.Matter)
		if err == nil {
			return m, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return m, err
		}
		if m, ok := shipped.means[k]; ok {
			return m, nil
		}
	}
	return Meaning{}, nil
}

// Back is the code of a class of complaint or a matter: that of the matter first. It is false where nothing leads there. Of several the first by its
// number counts, events before parts.
func (t *Tables) Back(ctx context.Context, tx *store.Tx, category, matter string) (string, bool, error) {
	means, err := t.means(ctx, tx)
	if err != nil {
		return "", false, err
	}
	keys := make([]string, 0, len(means))
	for k := range means {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if matter != "" && means[k].Matter == matter {
			return k, true, nil
		}
	}
	for _, k := range keys {
		if category != "" && means[k].Category == category {
			return k, true, nil
		}
	}
	return "", false, nil
}

// means is the whole of what classes mean: the desk's rows over the draft's.
func (t *Tables) means(ctx context.Context, tx *store.Tx) (map[string]Meaning, error) {
	out := map[string]Meaning{}
	for k, m := range shipped.means {
		out[k] = m
	}
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var k string
		var m Meaning
		err = r.Scan(&k, &m.Category, &m.Matter)
		out[k] = m
		return
	}, `SELECT code, category, matter FROM gateway_grid_map`)
	return out, err
}

// Line is a class with what it means, as the desk sees it.
type Line struct {
	Sort  string `json:"sort" enum:"event,part"`
	Code  string `json:"code"`
	Title string `json:"title"`
	Meaning
	MatterName string `json:"matterName,omitempty"`
	Own        bool   `json:"own" doc:"the desk's own word, not the draft's"`
}

// List gives the edition in force, all editions, and the classes with their meanings.
func (t *Tables) List(ctx context.Context, lang string) (now Edition, all []Edition, lines []Line, err error) {
	err = t.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if now, err = t.InForce(ctx, tx, law.On(t.Now())); err != nil {
			return err
		}
		if all, err = editions(ctx, tx); err != nil {
			return err
		}
		titles, err := t.titles(ctx, tx, now)
		if err != nil {
			return err
		}
		means, err := t.means(ctx, tx)
		if err != nil {
			return err
		}
		own, err := store.Collect(ctx, tx, func(r *sql.Rows) (k string, err error) { return k, r.Scan(&k) }, `SELECT code FROM gateway_grid_map`)
		for k, title := range titles {
			sort, code, _ := strings.Cut(k, ":")
			l := Line{Sort: sort, Code: code, Title: title, Meaning: means[k], Own: slices.Contains(own, k)}
			if l.Matter != "" {
				l.MatterName, _ = t.Matter(l.Matter, lang)
			}
			lines = append(lines, l)
		}
		slices.SortFunc(lines, func(a, b Line) int { return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.Code, b.Code)) })
		return err
	})
	return now, all, lines, err
}

// Set is the desk's word on what a class means. Returns form, gateway.grid_code.
func (t *Tables) Set(ctx context.Context, actor org.Actor, sort, code string, m Meaning) error {
	f := fault.New(fault.Invalid, "form")
	m.Category, m.Matter = strings.TrimSpace(m.Category), strings.TrimSpace(m.Matter)
	k, err := key(sort, strings.TrimSpace(code))
	if err != nil {
		f.With("code", "gateway.grid_code", "code", short(code))
	}
	if utf8.RuneCountInString(m.Category) > maxTitle {
		f.With("category", "form.too_long", "max", maxTitle)
	}
	if m.Matter != "" {
		if _, ok := t.Matter(m.Matter, "zh-CN"); !ok {
			f.With("matter", "case.matter_unknown", "code", m.Matter)
		}
	}
	if err := f.OrNil(); err != nil {
		return err
	}
	_, err = store.Do(ctx, t.DB, func(ctx context.Context, tx *store.Tx) (none struct{}, err error) {
		now := t.Now()
		if _, err := tx.Exec(ctx, `INSERT INTO gateway_grid_map (code, category, matter, updated_at, rev) VALUES ($1,$2,$3,$4,1)
			ON CONFLICT (code) DO UPDATE SET category = excluded.category, matter = excluded.matter, updated_at = excluded.updated_at, rev = gateway_grid_map.rev + 1`, k, m.Category, m.Matter, store.At(now)); err != nil {
			return none, fmt.Errorf("say what %s means: %w", k, err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "gateway.grid_meaning", Subject: ledger.Ref{Type: "grid_code", ID: k}, Actor: actor.Person, Unit: actor.HomeUnit(), At: now,
			Body: map[string]any{"category": m.Category, "matter": m.Matter}, Rows: []ledger.Row{{Table: "gateway_grid_map", Key: k}}})
		return none, err
	})
	return err
}
