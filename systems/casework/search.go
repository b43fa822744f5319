package casework

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"jiexu/document"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// A case is findable by its head (number, title, place, matter, an organisation's name), which everyone who sees the
// case sees, and by what was written in it, a part each: what was found, the evidence, the steps, the papers. Parts
// are found by those who may read the papers. Nothing personal is in any of them (veil).
const (
	partFindings = "findings"
	partEvidence = "evidence/" // and the piece's id
	partStep     = "step/"     // and the step's id
	partPaper    = "paper/"    // and the document's id
)

// searchVersion is raised where older cases are to be made findable anew; see Refill.
const searchVersion = "1"

// SearchVersion tells who loads cases in bulk, found by their heads alone, what to mark as filled (casework_refill).
const SearchVersion = searchVersion

// findable notes texts that the case is findable by once the act is done.
func (a *act) findable(texts ...store.Findable) { a.texts = append(a.texts, texts...) }

// index makes the case findable by what was noted.
func (a *act) index(ctx context.Context, tx *store.Tx) error {
	return indexTexts(ctx, tx, a.Case, a.texts)
}

// indexTexts makes a case findable by texts, each with the month in which the case was opened, as lists show it.
func indexTexts(ctx context.Context, tx *store.Tx, c *Case, texts []store.Findable) error {
	for i := range texts {
		texts[i].At = c.OpenedAt
	}
	return store.IndexTexts(ctx, tx, Type, texts)
}

// DateTexts makes cases findable by their month, where an older program left it out.
func (s *Service) DateTexts(ctx context.Context) error {
	return store.DateTexts(ctx, s.db, Type, func(ctx context.Context, tx *store.Tx, after string) ([]store.Dated, error) {
		return store.Collect(ctx, tx, store.ScanDated, `SELECT id, opened_at FROM casework_cases WHERE id > $1 ORDER BY id LIMIT 2000`, after)
	})
}

// headOf is what a case itself is findable by. A person's name is personal data and not in it.
func headOf(c *Case, parties []Party) store.Findable {
	var texts []string
	for _, h := range heads(c, parties) {
		texts = append(texts, h.text)
	}
	return store.Findable{Subject: c.ID, Text: strings.Join(texts, "\n")}
}

// head is a text of a case's head and what it is.
type head struct{ where, text string }

func heads(c *Case, parties []Party) []head {
	out := []head{{"number", c.Number}, {"title", c.Title}, {"place", c.ActPlace}, {"matter", c.Matter}}
	if m, err := law.MatterOn(c.Matter, c.ActDate); err == nil {
		out = append(out, head{"matter", m.Name})
	}
	for _, p := range parties {
		if p.Kind == Organisation {
			out = append(out, head{"party", p.Name})
		}
	}
	return out
}

func findingsOf(c *Case, parties []Party) store.Findable {
	return store.Findable{Subject: c.ID, Part: partFindings, Text: veilOf(parties).over(c.Findings)}
}

func pieceOf(f *file, e Evidence) store.Findable {
	return store.Findable{Subject: f.ID, Part: partEvidence + e.ID, Text: veilOf(f.parties).over(e.Title + "\n" + e.Proves)}
}

func stepOf(f *file, p *procedure.Procedure, t Taken) store.Findable {
	return store.Findable{Subject: f.ID, Part: partStep + t.ID, Text: stepText(f.parties, p, t)}
}

// stepText is what was written in a step, without what its paper says.
func stepText(parties []Party, p *procedure.Procedure, t Taken) string {
	step, ok := p.Step(t.Step)
	if !ok {
		return ""
	}
	var own []procedure.Field
	blank, _ := document.BlankOf(document.Kind(step.Issues))
	for _, field := range step.Fields {
		if blank == nil || blank.Field(field.Name) == nil {
			own = append(own, field)
		}
	}
	texts, names := document.WrittenIn(own, t.Fields)
	return unveiled(parties, texts, names)
}

func paperOf(f *file, id string, form document.Form) store.Findable {
	return store.Findable{Subject: f.ID, Part: partPaper + id, Text: form.Title() + " " + form.Serial() + "\n" + paperText(f.parties, form)}
}

// paperText is what was written into a paper, without its title and number.
func paperText(parties []Party, form document.Form) string {
	texts, names := document.Written(form)
	return unveiled(parties, texts, names)
}

// unveiled joins texts, without what the parties' veil and these names cover. An organisation's name stays.
func unveiled(parties []Party, texts, names []string) string {
	v := veilOf(parties)
	for _, name := range names {
		for _, p := range parties {
			if p.Kind == Organisation {
				name = strings.ReplaceAll(name, p.Name, "")
			}
		}
		v.add(name)
	}
	return v.over(strings.Join(texts, "\n"))
}

// passagesOf is everything that a case is findable by.
func passagesOf(ctx context.Context, tx *store.Tx, f *file) ([]store.Findable, error) {
	out := []store.Findable{headOf(f.Case, f.parties), findingsOf(f.Case, f.parties)}
	for _, e := range f.evidence {
		out = append(out, pieceOf(f, e))
	}
	main, err := f.mainWay()
	if err != nil {
		return nil, err
	}
	for _, t := range f.steps {
		out = append(out, stepOf(f, main.Procedure, t))
	}
	for _, b := range f.beside {
		if track, ok := tracks.Of(b.Procedure); ok {
			for _, t := range b.steps {
				out = append(out, stepOf(f, track.Procedure, t))
			}
		}
	}
	forms, err := formsOf(ctx, tx, "case_id", []string{f.ID})
	if err != nil {
		return nil, err // a paper that cannot be read has no form to look into
	}
	for id, form := range forms {
		out = append(out, paperOf(f, id, form))
	}
	return out, err
}

// formsOf reads issued papers as they were issued, by id; of is the column that ids are of.
func formsOf(ctx context.Context, tx *store.Tx, of string, ids []string) (map[string]document.Form, error) {
	out := map[string]document.Form{}
	if len(ids) == 0 {
		return out, nil
	}
	w := &store.Where{}
	w.In(of, ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var id, kind, fields string
		if err = r.Scan(&id, &kind, &fields); err == nil {
			out[id], err = formOf(kind, fields)
		}
		return none, err
	}, `SELECT id, kind, fields FROM casework_documents WHERE `+w.SQL(), w.Args()...)
	return out, err
}

// matching adds that a case has every word of q, each somewhere. What was written in a case is looked at only where
// the actor may read its papers: else the answer itself would tell.
func matching(w *store.Where, tx *store.Tx, actor org.Actor, q string, in store.Span) {
	words := store.Words(q)
	if len(words) == 0 {
		w.Raw("1 = 0", nil)
		return
	}
	sees, _ := org.ScopeSQL(actor, opRead, "c.unit", 1)
	reads, _ := org.ScopeSQL(actor, opDocument, "c.unit", 1)
	for _, word := range words {
		if sees == reads {
			w.Raw(tx.MatchingIn("c.id", Type, word, in, w.Next()))
			continue
		}
		own, args := tx.MatchingOwnIn("c.id", Type, word, in, w.Next())
		scope, units := org.ScopeSQL(actor, opDocument, "c.unit", w.Next()+len(args))
		args = append(args, units...)
		anywhere, more := tx.MatchingIn("c.id", Type, word, in, w.Next()+len(args))
		w.Raw("("+own+" OR "+scope+" AND "+anywhere+")", append(args, more...))
	}
}

// refillBatch is how many cases one transaction of Refill makes findable.
const refillBatch = 20

// Refill makes some of the cases findable by everything that this version finds in a case, where an older one found
// less; more tells that there are others. It goes on where it, or another server, stopped.
func (s *Service) Refill(ctx context.Context) (more bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		more = false
		var after string
		var done bool
		switch err := tx.QueryRow(ctx, `SELECT after, done FROM casework_refill WHERE id = $1`, searchVersion).Scan(&after, &done); {
		case errors.Is(err, sql.ErrNoRows):
			if _, err := tx.Exec(ctx, `INSERT INTO casework_refill (id, after, done) VALUES ($1, '', FALSE) ON CONFLICT (id) DO NOTHING`, searchVersion); err != nil {
				return err
			}
		case err != nil || done:
			return err
		}
		ids, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			fmt.Sprintf(`SELECT id FROM casework_cases WHERE id > $1 ORDER BY id LIMIT %d`, refillBatch), after)
		if err != nil {
			return err
		}
		last := after
		if more = len(ids) == refillBatch; len(ids) > 0 {
			last = ids[len(ids)-1]
		}
		// Of two servers one moves the mark, and the other finds it moved.
		if moved, err := tx.Exec(ctx, `UPDATE casework_refill SET after = $3, done = $4 WHERE id = $1 AND after = $2 AND NOT done`, searchVersion, after, last, !more); err != nil || moved == 0 {
			more = moved == 0 && err == nil
			return err
		}
		files, err := s.loadFiles(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			texts, err := passagesOf(ctx, tx, files[id])
			if err == nil {
				err = indexTexts(ctx, tx, files[id].Case, texts)
			}
			if err != nil {
				return fmt.Errorf("make case %s findable: %w", id, err)
			}
		}
		return nil
	})
	return more, err
}
