package intake

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/procedure"
	"jiexu/sheet"
	"jiexu/store"
	"jiexu/term"
)

// ImportFile is a table of complaints and what its columns mean.
type ImportFile struct {
	Name    string
	Content []byte
	MapName string
	Map     []byte // TOML, as ShippedMap gives it
	Unit    string // id; empty: where the actor registers, or the only bureau there is
}

// Rejection is a row that was not taken in, and why.
type Rejection struct {
	Line   int
	Cells  []string
	Reason *fault.Error
}

// ImportResult is what came of an import.
type ImportResult struct {
	ID        string
	Imported  int
	Duplicate int
	Rejected  []Rejection
	Header    []string
	Unknown   []string          // columns of the file that the map does not name; nothing of them was taken in
	columns   map[string]string // their header, by our name of a field
}

// committed is what the transaction of an import decided.
type committed struct {
	ID                  string
	Imported, Duplicate int
	Clashes             map[int]string // line → number of the complaint that has its number and says something else
}

// Import takes in a table of complaints, all in one transaction: what stops it half way has taken in
// nothing. A row that came before, in this file or an earlier one, is a duplicate; the same number with
// other content is rejected. progress, which may be nil, hears how far it is.
//
// Returns the faults of the map and of the file, import.unit_needed, refused.unit, and
// import.at_once (conflict) if the same rows were taken in by somebody else at the same moment.
func (s *Service) Import(ctx context.Context, actor org.Actor, file ImportFile, progress func(done, total int)) (*ImportResult, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	m, rules, err := readMap(file.Map)
	if err != nil {
		return nil, err
	}
	table, err := sheet.Open(file.Name, file.Content, m.File)
	if err != nil {
		return nil, err
	}
	binding, err := m.Bind(table, optionalFields...)
	if err != nil {
		return nil, err
	}
	ground, unit, err := s.importInto(ctx, actor, file.Unit)
	if err != nil {
		return nil, err
	}
	reader := &rowReader{b: binding, rules: rules, now: s.now(), district: ground.District}
	out := &ImportResult{Header: table.Header, Unknown: binding.Unknown(), columns: map[string]string{}}
	for _, field := range importFields {
		out.columns[field] = binding.Column(field)
	}
	taken, cells, err := s.readRows(ctx, table, reader, ground, out)
	if err != nil {
		return nil, err
	}
	for _, t := range taken {
		t.c.Unit, t.c.RegisteredBy = unit, actor.Person
	}
	inFile := out.Duplicate
	done, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (committed, error) {
		done, err := s.takeIn(ctx, tx, actor, unit, taken, rules, reader.now, progress)
		if err != nil {
			return done, err
		}
		done.Duplicate += inFile
		return done, s.recordImport(ctx, tx, actor, unit, file, done, len(out.Rejected)+len(done.Clashes), reader.now)
	})
	if store.IsUnique(err) {
		return nil, fault.Wrap(err, fault.Conflict, "import.at_once")
	}
	if err != nil {
		return nil, err
	}
	out.ID, out.Imported, out.Duplicate = done.ID, done.Imported, done.Duplicate
	for line, number := range done.Clashes {
		out.Rejected = append(out.Rejected, Rejection{Line: line, Cells: cells[line], Reason: fault.New(fault.Conflict, "import.differs", "number", number)})
	}
	slices.SortFunc(out.Rejected, func(a, b Rejection) int { return a.Line - b.Line })
	return out, nil
}

// importInto finds where rows are registered, and the ground they are located on.
func (s *Service) importInto(ctx context.Context, actor org.Actor, asked string) (ground *area.Ground, unit string, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if ground, err = s.atlas.Ground(ctx, tx); err != nil {
			return err
		}
		if ground, err = ground.Taught(ctx, tx); err != nil {
			return err
		}
		if unit = asked; unit == "" && !actor.IsProgram() {
			unit, err = registeringUnit(actor, "")
		} else if unit == "" {
			unit, err = onlyBureau(ctx, tx)
		}
		if err != nil {
			return err
		}
		if _, err := org.UnitByID(ctx, tx, unit); err != nil {
			return err
		}
		return actor.Must(opImport, unit)
	})
	return ground, unit, err
}

// onlyBureau is the bureau, where there is one alone, or the only unit at the top of a tree that has
// none. Returns import.unit_needed.
func onlyBureau(ctx context.Context, tx *store.Tx) (string, error) {
	for _, query := range []string{`SELECT id FROM org_v_units WHERE kind = 'bureau' LIMIT 2`, `SELECT id FROM org_v_units WHERE parent IS NULL LIMIT 2`} {
		found, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) {
			err = r.Scan(&id)
			return
		}, query)
		if err != nil {
			return "", err
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			break
		}
	}
	return "", fault.New(fault.Invalid, "import.unit_needed")
}

// readRows makes complaints of all rows that can become one and locates them. What cannot goes to
// out.Rejected, what the file says twice to out.Duplicate. cells are the rows as they were, by line.
func (s *Service) readRows(ctx context.Context, table *sheet.Table, reader *rowReader, ground *area.Ground, out *ImportResult) (taken []*candidate, cells map[int][]string, err error) {
	taught := func(...string) (*place.Gazetteer, error) { return ground.Gazetteer, nil } // of a table, all was asked for at once
	first := map[string]*candidate{}
	cells = map[int][]string{}
	err = table.Each(func(row sheet.Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		reject := func(reason *fault.Error) {
			out.Rejected = append(out.Rejected, Rejection{Line: row.Line, Cells: row.Cells, Reason: reason})
		}
		if row.Problem != nil {
			reject(row.Problem)
			return nil
		}
		one, err := reader.read(row)
		if err != nil {
			reject(err.(*fault.Error))
			return nil
		}
		switch before, again := first[one.c.sourceKey]; {
		case again && before.c.sourceDigest == one.c.sourceDigest:
			out.Duplicate++
			return nil
		case again:
			reject(fault.New(fault.Conflict, "import.differs_in_file", "line", before.line))
			return nil
		}
		if err := locate(ground, taught, one.c); err != nil {
			return err
		}
		first[one.c.sourceKey] = one
		taken, cells[one.line] = append(taken, one), row.Cells
		return nil
	})
	return taken, cells, err
}

// source is a complaint that came before.
type source struct{ number, digest string }

// bySource finds the complaints that came before under these keys.
func bySource(ctx context.Context, tx *store.Tx, keys []string) (map[string]source, error) {
	out := map[string]source{}
	for chunk := range slices.Chunk(keys, 500) {
		w := &store.Where{}
		w.In("source_key", chunk)
		rows, err := tx.Query(ctx, `SELECT source_key, number, source_digest FROM intake_complaints WHERE `+w.SQL(), w.Args()...)
		if err != nil {
			return nil, fmt.Errorf("complaints that came before: %w", err)
		}
		for rows.Next() {
			var key string
			var s source
			if err := rows.Scan(&key, &s.number, &s.digest); err != nil {
				rows.Close()
				return nil, err
			}
			out[key] = s
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close()
	}
	return out, nil
}

// takeIn writes the complaints that are new.
func (s *Service) takeIn(ctx context.Context, tx *store.Tx, actor org.Actor, unit string, all []*candidate, rules rules, now time.Time, progress func(int, int)) (committed, error) {
	done := committed{ID: store.NewID(), Clashes: map[int]string{}}
	keys := make([]string, len(all))
	for i, t := range all {
		keys[i] = t.c.sourceKey
	}
	known, err := bySource(ctx, tx, keys)
	if err != nil {
		return done, err
	}
	var fresh []*candidate
	for _, t := range all {
		switch before, ok := known[t.c.sourceKey]; {
		case !ok:
			fresh = append(fresh, t)
		case before.digest == t.c.sourceDigest:
			done.Duplicate++
		default:
			done.Clashes[t.line] = before.number
		}
	}
	opened, actions := s.procedure.Open()
	for _, t := range fresh {
		if t.c.State == "" {
			t.c.State, t.c.Facts = opened.State, opened.Facts
		}
	}
	if err := s.proposeMany(ctx, tx, unit, fresh); err != nil {
		return done, err
	}
	rows, err := s.startClocks(ctx, tx, fresh, actions, rules, now)
	if err != nil {
		return done, err
	}
	numbers, err := org.NextNumbers(ctx, tx, unit, Type, law.On(now), len(fresh))
	if err != nil {
		return done, err
	}
	w := newBatches()
	for i, t := range fresh {
		if i%100 == 0 {
			progress(i, len(fresh))
		}
		t.c.Number = numbers[i]
		if err := s.insertMany(ctx, tx, w, actor, t, done.ID, rows[t.c.ID]); err != nil {
			return done, fmt.Errorf("row %d: %w", t.line, err)
		}
	}
	progress(len(fresh), len(fresh))
	done.Imported = len(fresh)
	return done, w.write(ctx, tx)
}

// proposeMany marks what is dangerous and says whose each is of those that come in open. What comes in a table is sent by
// the desk: no rule sends it by itself.
func (s *Service) proposeMany(ctx context.Context, tx *store.Tx, unit string, fresh []*candidate) error {
	rules, err := s.rulesOn(ctx, tx, unit)
	if err != nil {
		return err
	}
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range fresh {
		if t.c.State != s.procedure.Start {
			continue
		}
		s.alert(t.c)
		if t.guess, err = s.think(ctx, tx, t.c); err != nil {
			return err
		}
		if err := s.propose(ctx, tx, rules, ground, t.c); err != nil {
			return err
		}
		if t.c.Proposal != nil {
			t.c.Proposal.Auto = false
		}
		if err := s.warn(ctx, tx, t.c); err != nil {
			return err
		}
	}
	return nil
}

// startClocks begins the periods of those that come in open. By default they run from now: an old
// message that comes in today is not overdue today.
func (s *Service) startClocks(ctx context.Context, tx *store.Tx, fresh []*candidate, actions []procedure.ClockAction, rules rules, now time.Time) (map[string][]ledger.Row, error) {
	rows := map[string][]ledger.Row{}
	if rules.clocks == "none" {
		return rows, nil
	}
	type start struct {
		kind    string
		channel string // of those that are ordered from above
		at      time.Time
	}
	groups := map[start][]*candidate{}
	var order []start
	for _, t := range fresh {
		if t.c.State != s.procedure.Start {
			continue
		}
		at := start{kind: t.c.Kind, at: now}
		if t.c.Channel == Ordered {
			at.channel = Ordered
		}
		if rules.clocks == "received" {
			at.at = t.c.ReceivedAt
		}
		if groups[at] == nil {
			order = append(order, at)
		}
		groups[at] = append(groups[at], t)
	}
	for _, at := range order {
		group := groups[at]
		actions, err := s.byKind(ctx, tx, group[0].c, actions)
		if err != nil {
			return nil, err
		}
		matters := make([]term.Matter, len(group))
		for i, t := range group {
			matters[i] = t.c.matter()
		}
		for _, a := range actions {
			started, err := s.terms.StartMany(ctx, tx, matters, a.Clock.Code, a.Clock.Period, at.at)
			if err != nil {
				return nil, err
			}
			for i, row := range started {
				rows[matters[i].ID] = append(rows[matters[i].ID], row)
			}
		}
	}
	return rows, nil
}

// insertMany puts one complaint of an import into the batches and its entry into the transaction, as insert does one that is registered.
func (s *Service) insertMany(ctx context.Context, tx *store.Tx, w *batches, actor org.Actor, t *candidate, run string, rows []ledger.Row) error {
	c := t.c
	entry := store.NewID()
	rows = append(rows, ledger.Row{Table: "intake_complaints", Key: c.ID}, ledger.Row{Table: "intake_steps", Key: entry})
	w.complaints.add(c.values()...)
	if t.contact != (Contact{}) {
		w.contacts.add(c.ID, t.contact.Name, t.contact.Phone, s.phoneHash(t.contact.Phone), nullable(t.contact.Email), nullable(t.contact.Account), nullable(t.contact.Device), nullable(t.contact.Said))
		rows = append(rows, ledger.Row{Table: "intake_contacts", Key: c.ID})
	}
	if t.guess != nil {
		w.guesses.add(t.guess.values(c.ID)...)
		rows = append(rows, ledger.Row{Table: "intake_guesses", Key: c.ID})
	}
	w.steps.add(entry, c.ID, entryImported, "", c.State, actor.Person, actor.Name, c.Unit, `{"run":"`+run+`"}`, store.At(c.RegisteredAt))
	w.texts = append(w.texts, c.findable())
	_, err := ledger.Append(ctx, tx, ledger.Entry{ID: entry, Kind: "intake." + entryImported, Subject: ref(c.ID), Actor: actor.Person, Unit: c.Unit, At: c.RegisteredAt,
		Body: map[string]string{"number": c.Number, "channel": c.Channel, "kind": c.Kind, "state": c.State, "run": run}, Rows: rows})
	return err
}

// recordImport keeps the run itself.
func (s *Service) recordImport(ctx context.Context, tx *store.Tx, actor org.Actor, unit string, file ImportFile, done committed, rejected int, now time.Time) error {
	sum := sha256.Sum256(file.Content)
	_, err := tx.Exec(ctx, `INSERT INTO intake_imports (id, file, sha256, map, imported, duplicate, rejected, actor, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		done.ID, filepath.Base(file.Name), hex.EncodeToString(sum[:]), file.MapName, done.Imported, done.Duplicate, rejected, actor.Person, store.At(now))
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.import", Subject: ledger.Ref{Type: "import", ID: done.ID}, Actor: actor.Person, Unit: unit, At: now,
		Body: map[string]any{"sha256": hex.EncodeToString(sum[:]), "map": file.MapName, "imported": done.Imported, "duplicate": done.Duplicate, "rejected": rejected},
		Rows: []ledger.Row{{Table: "intake_imports", Key: done.ID}}})
	return err
}
