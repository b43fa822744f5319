package casework

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
	"jiexu/words"
)

// Hit is a place in a case where words stand that were looked for.
type Hit struct {
	Where  string        `json:"where" enum:"number,title,place,matter,party,findings,evidence,step,paper"`
	Title  string        `json:"title" doc:"the place in words: the step's name, the paper's name and number"`
	Paper  string        `json:"paper,omitempty" doc:"id of the document"`
	Void   bool          `json:"void,omitempty" doc:"the document was taken back"`
	Pieces []store.Piece `json:"pieces" doc:"the text around it, in stretches"`

	words int
	rank  int // the lower, the better where as many words were found
}

const (
	mostHits     = 3  // of a case
	mostLooked   = 12 // parts of a case that are read for them
	snippetWidth = 64 // characters
)

// addHits tells of each row where the words of q stand in the case.
func (s *Service) addHits(ctx context.Context, tx *store.Tx, actor org.Actor, rows []Row, q, lang string) error {
	var ids, readable []string
	for _, r := range rows {
		ids = append(ids, r.ID)
		if actor.Can(opDocument, r.Unit) {
			readable = append(readable, r.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var cases map[string]*Case
	var parties map[string][]Party
	var parts map[string][]string
	if err := tx.Together(ctx, store.Keep(&cases, loadCases, ids), store.Keep(&parties, partiesOf, ids), func(ctx context.Context, tx *store.Tx) (err error) {
		parts, err = store.PartsMatching(ctx, tx, Type, readable, q)
		return err
	}); err != nil {
		return err
	}
	for _, some := range parts {
		slices.SortStableFunc(some, func(a, b string) int { return cmp.Compare(partRank(a), partRank(b)) })
	}
	found := make([]hits, len(rows))
	for i, r := range rows {
		found[i].add(headPassages(cases[r.ID], parties[r.ID], lang), q)
	}
	for round := range 2 {
		next := map[string][]string{}
		for i, r := range rows {
			if n := lookInto(q, len(parts[r.ID]), mostHits-len(found[i]), round); n > 0 {
				next[r.ID], parts[r.ID] = parts[r.ID][:n], parts[r.ID][n:]
			}
		}
		if len(next) == 0 {
			break
		}
		read, err := s.passages(ctx, tx, cases, parties, next, lang)
		if err != nil {
			return err
		}
		for i, r := range rows {
			found[i].add(read[r.ID], q)
		}
	}
	for i := range rows {
		rows[i].Hits = found[i].best()
	}
	return nil
}

// lookInto tells how many of a case's parts, the best first, are read in a round when so many hits are wanting. Where one word was
// asked for, each part that has it is as good as its place, and those that follow are read only where some said the same. Of
// several words a part may have more than those before it.
func lookInto(q string, parts, wanting, round int) int {
	switch {
	case len(store.Words(q)) > 1:
		if round > 0 {
			return 0
		}
	case wanting <= 0:
		return 0
	case round == 0:
		return min(parts, wanting)
	}
	return min(parts, mostLooked)
}

// passage is a text of a case, and the place that it stands in.
type passage struct {
	Hit
	text string
}

// hits are the places of a case in which something was found.
type hits []Hit

// add looks for the words of q in passages.
func (h *hits) add(read []passage, q string) {
	for _, p := range read {
		if p.Pieces, p.words = store.Snippet(p.text, q, snippetWidth); p.words == 0 && p.Paper != "" {
			p.Pieces, p.words = store.Snippet(p.Title, q, snippetWidth) // what it is called
		}
		same := func(other Hit) bool { return slices.Equal(other.Pieces, p.Pieces) }
		if p.words > 0 && !slices.ContainsFunc(*h, same) { // a notice and its decision say the same
			*h = append(*h, p.Hit)
		}
	}
}

// best are those with most words first, the better places before others.
func (h hits) best() []Hit {
	slices.SortStableFunc(h, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(a.rank, b.rank)) })
	return h[:min(len(h), mostHits)]
}

// headPassages are the texts of a case's head.
func headPassages(c *Case, parties []Party, lang string) (out []passage) {
	for i, h := range heads(c, parties) {
		out = append(out, passage{Hit{Where: h.where, Title: words.Text(lang, "case.hit."+h.where, nil), rank: i}, h.text})
	}
	return out
}

// partRanks order the parts of a case: what was found, the papers, the evidence, the steps.
var partRanks = []string{partFindings, partPaper, partEvidence, partStep}

func partRank(part string) int {
	return 10 + slices.IndexFunc(partRanks, func(prefix string) bool { return strings.HasPrefix(part, prefix) })
}

// passages reads the texts of parts of cases.
func (s *Service) passages(ctx context.Context, tx *store.Tx, cases map[string]*Case, parties map[string][]Party, parts map[string][]string, lang string) (map[string][]passage, error) {
	read := map[string][]passage{}
	wanted := map[string][]string{} // ids by the part's kind
	add := func(id, part string, h Hit, text string) {
		h.rank = partRank(part)
		read[id] = append(read[id], passage{h, text})
	}
	for id, some := range parts {
		for _, part := range some {
			if part == partFindings {
				add(id, partFindings, Hit{Where: "findings", Title: words.Text(lang, "case.hit.findings", nil)}, veilOf(parties[id]).over(cases[id].Findings))
				continue
			}
			kind, id, _ := strings.Cut(part, "/")
			wanted[kind+"/"] = append(wanted[kind+"/"], id)
		}
	}
	return read, tx.Together(ctx, func(ctx context.Context, tx *store.Tx) error {
		return someOf(ctx, tx, wanted[partPaper], `SELECT o.id, o.case_id, o.kind, o.number, o.title, o.fields, o.void_at FROM casework_documents o WHERE ? ORDER BY o.issued_at DESC, o.id DESC`, func(r *sql.Rows) error {
			var id, of, kind, number, title, fields string
			var void *store.Time
			if err := r.Scan(&id, &of, &kind, &number, &title, &fields, &void); err != nil {
				return err
			}
			form, err := formOf(kind, fields)
			if err == nil {
				if form.Serial() != "" {
					title += " " + number
				}
				add(of, partPaper, Hit{Where: "paper", Title: title, Paper: id, Void: void != nil}, paperText(parties[of], form))
			}
			return err
		})
	}, func(ctx context.Context, tx *store.Tx) error {
		return someOf(ctx, tx, wanted[partEvidence], `SELECT o.case_id, o.title, o.proves FROM casework_evidence o WHERE ? ORDER BY o.case_id, o.seq`, func(r *sql.Rows) error {
			var of, title, proves string
			if err := r.Scan(&of, &title, &proves); err != nil {
				return err
			}
			add(of, partEvidence, Hit{Where: "evidence", Title: words.Text(lang, "case.hit.evidence", nil)}, veilOf(parties[of]).over(title+"\n"+proves))
			return nil
		})
	}, func(ctx context.Context, tx *store.Tx) error {
		return someOf(ctx, tx, wanted[partStep], `SELECT o.case_id, o.step, o.fields, t.procedure FROM casework_steps o LEFT JOIN casework_tracks t ON t.id = o.track WHERE ? ORDER BY o.at DESC, o.id DESC`, func(r *sql.Rows) error {
			var of, fields string
			var t Taken
			var beside sql.NullString
			if err := r.Scan(&of, &t.Step, &fields, &beside); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(fields), &t.Fields); err != nil {
				return fmt.Errorf("fields of a step of case %s: %w", of, err)
			}
			var p *procedure.Procedure
			if track, ok := tracks.Of(beside.String); ok {
				p = track.Procedure
			} else if main, err := cases[of].mainWay(); err == nil {
				p = main.Procedure
			} else {
				return nil
			}
			if step, ok := p.Step(t.Step); ok {
				add(of, partStep, Hit{Where: "step", Title: step.Title.In(lang)}, stepText(parties[of], p, t))
			}
			return nil
		})
	})
}

// someOf reads the rows of some ids; the query's ? are these.
func someOf(ctx context.Context, tx *store.Tx, ids []string, query string, scan func(*sql.Rows) error) error {
	if len(ids) == 0 {
		return nil
	}
	w := &store.Where{}
	w.In("o.id", ids)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) { return none, scan(r) }, strings.Replace(query, "?", w.SQL(), 1), w.Args()...)
	if err != nil {
		return fmt.Errorf("read what was found: %w", err)
	}
	return nil
}
