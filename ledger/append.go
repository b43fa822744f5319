package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/store"
)

// appended is signalled when entries became durable; it wakes the sequencer.
const appended = "ledger.appended"

// Append puts an entry on record in the business transaction and returns its id. The rows that it
// names are digested as they are when the transaction ends, so it does not matter whether they are
// written before or after the call; entries of one transaction see the rows alike. The entry can be
// read once the transaction is durable.
//
// Returns ledger.entry_too_large for an entry over MaxData bytes; an entry without kind, subject or
// time, or one that names a table that is not sealed, is a mistake of the caller's code.
func Append(ctx context.Context, tx *store.Tx, e Entry) (string, error) {
	if e.Kind == "" || e.Subject.Type == "" || e.Subject.ID == "" || e.At.IsZero() {
		return "", fmt.Errorf("ledger: entry %q without kind, subject or time", e.Kind)
	}
	if e.ID == "" {
		e.ID = store.NewID()
	}
	d := leafData{V: 1, ID: e.ID, At: store.At(e.At).Text(), Kind: e.Kind, Subject: e.Subject, Actor: e.Actor, Unit: e.Unit}
	if e.Body == nil {
		e.Body = struct{}{}
	}
	var err error
	if d.Body, err = Canonical(e.Body); err != nil {
		return "", fmt.Errorf("ledger: body of %s: %w", e.Kind, err)
	}
	rows := slices.Clone(e.Rows)
	slices.SortFunc(rows, compareRows)
	rows = slices.Compact(rows)
	const placeholder = "0000000000000000000000000000000000000000000000000000000000000000"
	for _, r := range rows {
		if _, ok := sealedKey(r.Table); !ok {
			return "", fmt.Errorf("ledger: %s names a row of %s, which is not sealed", e.Kind, r.Table)
		}
		d.Rows = append(d.Rows, RowDigest{Table: r.Table, Key: r.Key, SHA256: placeholder})
	}
	// The entry is written out at the end; what may be too large is looked at now.
	var data []byte
	if len(d.Body)+200*len(rows) > MaxData/4 {
		if data, err = d.encode(); err != nil {
			return "", fmt.Errorf("ledger: %s: %w", e.Kind, err)
		}
	}
	if len(data) > MaxData {
		return "", fault.New(fault.TooLarge, "ledger.entry_too_large", "kind", e.Kind, "size", len(data), "max", MaxData)
	}
	p := tx.Local(pendingKey{}, func() any {
		tx.Signal(appended)
		return &pending{}
	}).(*pending)
	if len(p.entries) == 0 {
		tx.BeforeCommit(func(ctx context.Context) error { return p.flush(ctx, tx) })
	}
	p.entries = append(p.entries, d)
	return e.ID, nil
}

// AppendMany puts many entries on record and returns their ids in order.
func AppendMany(ctx context.Context, tx *store.Tx, entries []Entry) ([]string, error) {
	ids := make([]string, len(entries))
	for i, e := range entries {
		var err error
		if ids[i], err = Append(ctx, tx, e); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func compareRows(a, b Row) int {
	if c := strings.Compare(a.Table, b.Table); c != 0 {
		return c
	}
	return strings.Compare(a.Key, b.Key)
}

type pendingKey struct{}

// pending are the entries of a transaction that is not over. They are written at its end: the
// counter that orders the log is then taken after all of the transaction's writes, so of two
// transactions that wrote one row the later one has the higher number, whatever their clocks say.
type pending struct{ entries []leafData }

func (p *pending) flush(ctx context.Context, tx *store.Tx) error {
	digests := map[Row]RowDigest{}
	for _, d := range p.entries {
		for _, r := range d.Rows {
			digests[Row{r.Table, r.Key}] = RowDigest{}
		}
	}
	if err := digestRows(ctx, tx, digests); err != nil {
		return err
	}
	const columns = 8
	for batch := range slices.Chunk(p.entries, store.MostPlaceholders/columns) {
		args := make([]any, 0, len(batch)*columns)
		for _, d := range batch {
			for i, r := range d.Rows {
				d.Rows[i] = digests[Row{r.Table, r.Key}]
			}
			data, err := d.encode()
			if err != nil {
				return fmt.Errorf("ledger: %s: %w", d.Kind, err)
			}
			if len(data) > MaxData {
				return fault.New(fault.TooLarge, "ledger.entry_too_large", "kind", d.Kind, "size", len(data), "max", MaxData)
			}
			args = append(args, d.ID, d.At, d.Kind, d.Subject.Type, d.Subject.ID, d.Actor, d.Unit, string(data))
		}
		query := `INSERT INTO ledger_entries (id, at, kind, subject_type, subject_id, actor, unit, data) VALUES ` + placeholders(len(batch), columns)
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return fmt.Errorf("ledger: insert entries: %w", err)
		}
	}
	p.entries = nil
	return nil
}

// placeholders writes rows of numbered placeholders: ($1,$2),($3,$4).
func placeholders(rows, columns int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		for j := range columns {
			if j == 0 {
				b.WriteByte('(')
			} else {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "$%d", i*columns+j+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// digestRows fills in the digest of each row as it is now. A row that is only named here, while
// another transaction is changing it, is digested after that one's end, as it comes in the log.
func digestRows(ctx context.Context, tx *store.Tx, digests map[Row]RowDigest) error {
	byTable := map[string][]Row{}
	for r := range digests {
		byTable[r.Table] = append(byTable[r.Table], r)
	}
	var parts []store.Part
	for _, name := range slices.Sorted(maps.Keys(byTable)) {
		rows := byTable[name]
		slices.SortFunc(rows, compareRows)
		key, _ := sealedKey(name)
		table, err := tx.Table(ctx, name)
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(rows, max(1, store.MostPlaceholders/len(key))) {
			parts = append(parts, func(ctx context.Context, tx *store.Tx) error { return digestChunk(ctx, tx, table, key, chunk, digests) })
		}
	}
	return tx.Together(ctx, parts...)
}

func digestChunk(ctx context.Context, tx *store.Tx, table *store.Table, key []string, rows []Row, digests map[Row]RowDigest) error {
	var where strings.Builder
	var args []any
	if len(key) == 1 {
		where.WriteString(`WHERE "` + key[0] + `" IN (`)
	} else {
		where.WriteString(`WHERE `)
	}
	named := map[string]Row{} // the key as the database spells it → as the caller did
	for i, r := range rows {
		values, err := table.KeyArgs(key, r.Key)
		if err != nil {
			return err
		}
		exact := exactKey(values, key, r.Key)
		if twin, ok := named[exact]; ok {
			return fmt.Errorf("ledger: row %s of %s is named in two spellings, %q and %q", exact, r.Table, twin.Key, r.Key)
		}
		named[exact] = r
		digests[r] = RowDigest{Table: r.Table, Key: exact, SHA256: Deleted}
		if len(key) == 1 {
			if i > 0 {
				where.WriteByte(',')
			}
			args = append(args, values[0])
			fmt.Fprintf(&where, "$%d", len(args))
			continue
		}
		if i > 0 {
			where.WriteString(" OR ")
		}
		for j, v := range values {
			args = append(args, v)
			fmt.Fprintf(&where, `%s"%s" = $%d`, [2]string{"(", " AND "}[min(j, 1)], key[j], len(args))
		}
		where.WriteByte(')')
	}
	if len(key) == 1 {
		where.WriteByte(')')
	}
	return tx.Rows(ctx, table, where.String()+tx.Holding(), args, func(row store.Row) error {
		k := row.Key(key)
		r, ok := named[k]
		if !ok {
			return fmt.Errorf("ledger: row %s of %s was not asked for", k, table.Name)
		}
		digests[r] = RowDigest{Table: table.Name, Key: k, SHA256: row.Digest()}
		return nil
	})
}

// exactKey spells a key as store.Row.Key does.
func exactKey(values []any, columns []string, given string) string {
	if len(columns) > 1 {
		return Key(values...)
	}
	switch v := values[0].(type) {
	case store.Time:
		return v.Text()
	case string:
		return v
	default:
		if b, err := json.Marshal(v); err == nil {
			return strings.Trim(string(b), `"`)
		}
		return given
	}
}
