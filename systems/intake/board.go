package intake

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/term"
)

// opBoard is the right to see what will be late today.
const opBoard = "intake.board"

// Rungs of the ladder: who is told of a period of which so much is over. The officer knows from the beginning.
const (
	rungLeader = org.Leader
	rungDesk   = org.Desk
	rungHead   = org.Head
)

// rungs are in the order of the ladder's shares (setting intake.ladder).
var rungs = []string{rungLeader, rungDesk, rungHead}

// ladder are the shares of a period, in per cent, at which each rung is told.
func ladder(ctx context.Context, tx *store.Tx, unit string) ([]int, error) {
	var shares []int
	_, err := org.SettingInto(ctx, tx, unit, "intake.ladder", &shares)
	if err == nil && len(shares) != len(rungs) {
		err = fmt.Errorf("intake.ladder has %d rungs", len(shares))
	}
	return shares, err
}

// rung is the highest rung that a period has reached; empty where none.
func rung(shares []int, start, due, now time.Time) (reached string) {
	whole, gone := due.Sub(start), now.Sub(start)
	for i, share := range shares {
		if whole <= 0 || gone*100 >= whole*time.Duration(share) {
			reached = rungs[i]
		}
	}
	return reached
}

// farthest is how far ahead a rung looks for periods that may have reached it: half of fifteen working days, with holidays.
var farthest = map[string]time.Duration{rungLeader: 20 * 24 * time.Hour, rungDesk: 8 * 24 * time.Hour, rungHead: 0}

// raised finds the complaints that the ladder brings to the actor: those of a leader's squad of which so much is over, and
// so on upwards. Each is told to everyone below it as well, whose marks it keeps.
func (s *Service) raised(ctx context.Context, tx *store.Tx, actor org.Actor) (map[string]string, error) {
	now := s.now()
	out := map[string]string{}
	for _, g := range actor.Grants {
		ahead, climbs := farthest[g.Role]
		if !climbs {
			continue
		}
		shares, err := ladder(ctx, tx, g.Unit)
		if err != nil {
			return nil, err
		}
		type open struct {
			id         string
			start, due store.Time
		}
		terms, err := store.Collect(ctx, tx, func(r *sql.Rows) (o open, err error) { return o, r.Scan(&o.id, &o.start, &o.due) }, `SELECT c.id, t.start_at, t.due_at
			FROM term_v_open t JOIN intake_complaints c ON c.id = t.matter_id WHERE t.matter_type = 'complaint' AND t.due_at <= $1 AND c.state <> 'merged'
			AND c.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = $2)`+fmt.Sprintf(` ORDER BY t.due_at, c.id LIMIT %d`, maxWork), store.At(now.Add(ahead)), g.Unit)
		if err != nil {
			return nil, fmt.Errorf("ladder: %w", err)
		}
		for _, t := range terms {
			reached := rung(shares, t.start.Time, t.due.Time, now)
			if slices.Index(rungs, reached) >= slices.Index(rungs, g.Role) && slices.Index(rungs, reached) > slices.Index(rungs, out[t.id]) {
				out[t.id] = reached
			}
		}
	}
	return out, nil
}

// BoardItem is a complaint that is late, or will be before the day is over.
type BoardItem struct {
	ID       string     `json:"id"`
	Number   string     `json:"number"`
	Title    string     `json:"title"`
	State    string     `json:"stateTitle"`
	Unit     string     `json:"unit"`
	UnitName string     `json:"unitName"`
	With     string     `json:"withName,omitempty" doc:"the outside unit that it is with"`
	Urgent   bool       `json:"urgent"`
	Clock    term.Clock `json:"clock" doc:"the period that ends first"`
	Raised   string     `json:"raised,omitempty" enum:"leader,desk,head"`
}

// BoardUnit is what one unit has that is late or will be.
type BoardUnit struct {
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Late  int    `json:"late"`
	Today int    `json:"today"`
}

// LateBoard is what will be late today.
type LateBoard struct {
	Units  []BoardUnit `json:"units"`
	Items  []BoardItem `json:"items"`
	Cut    bool        `json:"cut" doc:"there are more; these are the most urgent"`
	Shares []int       `json:"shares" doc:"of a period, in per cent, at which the leader, the desk and the bureau are told"`
}

const maxBoard = 300

// LateBoard lists what of the actor's scope is late or will be before midnight, by its earliest unmet period.
func (s *Service) LateBoard(ctx context.Context, actor org.Actor, lang string) (*LateBoard, error) {
	now := s.now()
	board := &LateBoard{Units: []BoardUnit{}, Items: []BoardItem{}}
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if board.Shares, err = ladder(ctx, tx, actor.HomeUnit()); err != nil {
			return err
		}
		w := &store.Where{}
		w.Raw(org.ScopeSQL(actor, opBoard, "c.unit", w.Next()))
		w.Add("t.matter_type = 'complaint'")
		w.Add("t.due_at <= ?", store.At(law.On(now).End()))
		late := fmt.Sprintf("$%d", w.Next())
		if board.Units, err = store.Collect(ctx, tx, func(r *sql.Rows) (u BoardUnit, err error) {
			var all int
			err = r.Scan(&u.Unit, &u.Name, &all, &u.Late)
			u.Today = all - u.Late
			return
		}, `SELECT c.unit, u.name, count(DISTINCT c.id), count(DISTINCT CASE WHEN t.due_at <= `+late+` THEN c.id END)
			FROM term_v_open t JOIN intake_complaints c ON c.id = t.matter_id JOIN org_v_units u ON u.id = c.unit
			WHERE `+w.SQL()+` GROUP BY c.unit, u.name, u.code ORDER BY u.code, c.unit`, append(slices.Clone(w.Args()), store.At(now))...); err != nil {
			return err
		}
		return s.boardItems(ctx, tx, board, w, lang)
	})
	if err != nil {
		return nil, fmt.Errorf("board: %w", err)
	}
	return board, nil
}

// boardItems reads the most urgent of the board, each complaint once.
func (s *Service) boardItems(ctx context.Context, tx *store.Tx, board *LateBoard, w *store.Where, lang string) error {
	now := s.now()
	describe := term.Clocks(s.procedure, lang)
	seen := map[string]bool{}
	rows, err := store.Collect(ctx, tx, func(r *sql.Rows) (i BoardItem, err error) {
		var t term.Term
		var start, due store.Time
		var date store.Date
		var state string
		var with, unit sql.NullString
		if err = r.Scan(&i.ID, &i.Number, &i.Title, &state, &i.Unit, &i.UnitName, &with, &i.Urgent, &t.Clock, &unit, &start, &due, &date, &t.Provisional); err != nil {
			return
		}
		t.Period.Unit, t.Start, t.Due, t.DueDate = law.Unit(unit.String), start.Time, due.Time, date.Date
		st, _ := s.procedure.State(state)
		i.State, i.Clock, i.With = st.Title.In(lang), s.terms.Line(t, describe, now, lang), with.String
		i.Raised = rung(board.Shares, t.Start, t.Due, now)
		return
	}, `SELECT c.id, c.number, c.title, c.state, c.unit, u.name, c.with_unit, c.urgent, t.clock, t.period_unit, t.start_at, t.due_at, t.due_date, t.provisional
		FROM term_v_open t JOIN intake_complaints c ON c.id = t.matter_id JOIN org_v_units u ON u.id = c.unit
		WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY t.due_at, c.id LIMIT %d`, 3*maxBoard), w.Args()...)
	if err != nil {
		return err
	}
	var outside []string
	for _, i := range rows {
		if seen[i.ID] {
			continue
		}
		if len(board.Items) == maxBoard {
			board.Cut = true
			break
		}
		seen[i.ID] = true
		board.Items, outside = append(board.Items, i), append(outside, i.With)
	}
	board.Cut = board.Cut || len(rows) == 3*maxBoard
	names, err := org.UnitNames(ctx, tx, outside...)
	for i := range board.Items {
		board.Items[i].With = names[board.Items[i].With]
	}
	slices.SortStableFunc(board.Items, func(a, b BoardItem) int {
		switch {
		case a.Urgent == b.Urgent:
			return 0
		case a.Urgent:
			return -1
		}
		return 1
	})
	return err
}
