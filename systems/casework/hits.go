package casework

import (
	"cmp"
	"context"
	"database/sql"
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
	cases, err := loadCases(ctx, tx, ids)
	if err != nil {
		return err
	}
	parties, err := partiesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	parts, err := store.PartsMatching(ctx, tx, Type, readable, q)
	if err != nil {
		return err
	}
	read, err := s.passages(ctx, tx, cases, parties, parts, lang)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Hits = hitsIn(cases[rows[i].ID], parties[rows[i].ID], read[rows[i].ID], q, lang)
	}
	return nil
}

// passage is a text of a case, and the place that it stands in.
type passage struct {
	Hit
	text string
}

// hitsIn are the best places of a case: those with most words of q first.
func hitsIn(c *Case, parties []Party, read []passage, q, lang string) []Hit {
	var out []Hit
	add := func(p passage) {
		var found int
		if p.Pieces, found = store.Snippet(p.text, q, snippetWidth); found == 0 && p.Paper != "" {
			p.Pieces, found = store.Snippet(p.Title, q, snippetWidth) // what it is called
		}
		if found == 0 {
			return
		}
		p.words = found
		same := func(h Hit) bool { return slices.Equal(h.Pieces, p.Pieces) }
		if !slices.ContainsFunc(out, same) { // a notice and its decision say the same
			out = append(out, p.Hit)
		}
	}
	for i, h := range heads(c, parties) {
		add(passage{Hit{Where: h.where, Title: words.Text(lang, "case.hit."+h.where, nil), rank: i}, h.text})
	}
	for _, p := range read {
		add(p)
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.words, a.words), cmp.Compare(a.rank, b.rank)) })
	return out[:min(len(out), mostHits)]
}

// partRanks order the parts of a case: what was found, the papers, the evidence, the steps.
var partRanks = []string{partFindings, partPaper, partEvidence, partStep}

func partRank(part string) int {
	return 10 + slices.IndexFunc(partRanks, func(prefix string) bool { return strings.HasPrefix(part, prefix) })
}

// passages reads the parts of cases, those of the better ranks first.
func (s *Service) passages(ctx context.Context, tx *store.Tx, cases map[string]*Case, parties map[string][]Party, parts map[string][]string, lang string) (map[string][]passage, error) {
	wanted := map[string][]string{} // ids by the part's kind
	for _, some := range parts {
		slices.SortStableFunc(some, func(a, b string) int { return cmp.Compare(partRank(a), partRank(b)) })
		for _, part := range some[:min(len(some), mostLooked)] {
			kind, id, _ := strings.Cut(part, "/")
			wanted[kind+"/"] = append(wanted[kind+"/"], id)
		}
	}
	out := map[string][]passage{}
	add := func(id, part string, h Hit, text string) {
		h.rank = partRank(part)
		out[id] = append(out[id], passage{h, text})
	}
	for id, some := range parts {
		if slices.Contains(some, partFindings) {
			add(id, partFindings, Hit{Where: "findings", Title: words.Text(lang, "case.hit.findings", nil)}, veilOf(parties[id]).over(cases[id].Findings))
		}
	}
	if err := someOf(ctx, tx, wanted[partPaper], `SELECT o.id, o.case_id, o.kind, o.number, o.title, o.fields, o.void_at FROM casework_documents o WHERE ? ORDER BY o.issued_at DESC, o.id DESC`, func(r *sql.Rows) error {
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
	}); err != nil {
		return nil, err
	}
	if err := someOf(ctx, tx, wanted[partEvidence], `SELECT o.case_id, o.title, o.proves FROM casework_evidence o WHERE ? ORDER BY o.case_id, o.seq`, func(r *sql.Rows) error {
		var of, title, proves string
		if err := r.Scan(&of, &title, &proves); err != nil {
			return err
		}
		add(of, partEvidence, Hit{Where: "evidence", Title: words.Text(lang, "case.hit.evidence", nil)}, veilOf(parties[of]).over(title+"\n"+proves))
		return nil
	}); err != nil {
		return nil, err
	}
	return out, s.stepPassages(ctx, tx, cases, parties, wanted[partStep], lang, add)
}

func (s *Service) stepPassages(ctx context.Context, tx *store.Tx, cases map[string]*Case, parties map[string][]Party, ids []string, lang string, add func(id, part string, h Hit, text string)) error {
	if len(ids) == 0 {
		return nil
	}
	of, track := map[string]string{}, map[string]string{}
	if err := someOf(ctx, tx, ids, `SELECT o.id, o.case_id, t.procedure FROM casework_steps o LEFT JOIN casework_tracks t ON t.id = o.track WHERE ?`, func(r *sql.Rows) error {
		var id, in string
		var beside sql.NullString
		err := r.Scan(&id, &in, &beside)
		of[id], track[id] = in, beside.String
		return err
	}); err != nil {
		return err
	}
	var matters []string
	for _, id := range of {
		if !slices.Contains(matters, id) {
			matters = append(matters, id)
		}
	}
	steps, err := stepsOf(ctx, tx, matters)
	if err != nil {
		return err
	}
	for _, in := range matters {
		for _, t := range slices.Backward(steps[in]) {
			if _, ok := of[t.ID]; !ok {
				continue
			}
			var p *procedure.Procedure
			if beside, ok := tracks.Of(track[t.ID]); ok {
				p = beside.Procedure
			} else if main, err := cases[in].mainWay(); err == nil {
				p = main.Procedure
			} else {
				continue
			}
			if step, ok := p.Step(t.Step); ok {
				add(in, partStep, Hit{Where: "step", Title: step.Title.In(lang)}, stepText(parties[in], p, t))
			}
		}
	}
	return nil
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
