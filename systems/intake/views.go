package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

func init() {
	const why = "how somebody arranges his own list; nothing rests on it"
	ledger.Exempt("intake_views", why)
	ledger.Exempt("intake_view_defaults", why)
	ledger.Exempt("intake_follows", "who wants to be told; nothing rests on it")
}

// Narrow is what narrows a list and puts it in order, as a request carries it in its content and a saved view keeps it.
type Narrow struct {
	State    []string `json:"state,omitempty" maxItems:"30"`
	Unit     []string `json:"unit,omitempty" maxItems:"100" doc:"ids, with all that is below them"`
	Channel  []string `json:"channel,omitempty" maxItems:"20"`
	Kind     []string `json:"kind,omitempty" maxItems:"20"`
	Officer  string   `json:"officer,omitempty" maxLength:"40" doc:"id of a person who handles it, or me"`
	Overdue  bool     `json:"overdue,omitempty"`
	Urgent   bool     `json:"urgent,omitempty"`
	Followed bool     `json:"followed,omitempty" doc:"what I follow"`
	Q        string   `json:"q,omitempty" maxLength:"100" doc:"any two characters; a whole telephone number, by right"`
	From     string   `json:"from,omitempty" maxLength:"10" doc:"received on or after, 2006-01-02"`
	To       string   `json:"to,omitempty" maxLength:"10"`
	Order    string   `json:"order,omitempty" enum:"newest,oldest,due" doc:"due: by the period that ends first; only complaints of which one runs"`
}

// View is a saved way to see the list of complaints (视图). Its owner makes and changes it; where he shares it in his unit,
// those who serve there or below see it too.
type View struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Shared  bool     `json:"shared"`
	Mine    bool     `json:"mine"`
	Owner   string   `json:"owner" doc:"name"`
	Default bool     `json:"default" doc:"my list opens with it"`
	Filter  Narrow   `json:"filter"`
	Columns []string `json:"columns" doc:"those shown beside the usual; empty: as ever"`
	Rev     int64    `json:"rev"`
}

// ViewInput is what its owner says of a view.
type ViewInput struct {
	Title   string   `json:"title" maxLength:"40"`
	Shared  bool     `json:"shared,omitempty"`
	Filter  Narrow   `json:"filter"`
	Columns []string `json:"columns,omitempty" maxItems:"20"`
}

// maxViews bounds how many views somebody keeps.
const maxViews = 50

func (in *ViewInput) check() error {
	f := fault.New(fault.Invalid, "form")
	in.Title = line(f, "title", in.Title, 40)
	required(f, "title", in.Title)
	if looksLikePhone(in.Filter.Q) {
		f.With("filter.q", "intake.view_phone")
	}
	if in.Filter.Order != "" {
		oneOf(f, "filter.order", in.Filter.Order, Orders)
	}
	return f.OrNil()
}

// looksLikePhone reports whether a query may be somebody's telephone number, which is kept in no view and no address.
func looksLikePhone(q string) bool {
	return strings.Trim(q, "0123456789０１２３４５６７８９+-() ") == "" && len(phoneDigits(q)) >= minPhoneDigits
}

// IsPhone tells that a question is a whole mobile number, which does not belong into an address: logs on the way keep it.
func IsPhone(q string) bool {
	digits := phoneDigits(q)
	return looksLikePhone(q) && len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// Views lists a person's own views and those shared where he serves: his default first, then his own, then the others.
func (s *Service) Views(ctx context.Context, actor org.Actor) (out []View, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		out, err = viewsOf(ctx, tx, actor)
		return err
	})
	return out, err
}

func viewsOf(ctx context.Context, tx *store.Tx, actor org.Actor) ([]View, error) {
	out, err := store.Collect(ctx, tx, func(r *sql.Rows) (v View, err error) {
		var unit sql.NullString
		var filter, columns string
		if err = r.Scan(&v.ID, &v.Owner, &unit, &v.Title, &filter, &columns, &v.Rev, &v.Default); err != nil {
			return
		}
		v.Shared = unit.Valid
		if err = json.Unmarshal([]byte(filter), &v.Filter); err == nil {
			err = json.Unmarshal([]byte(columns), &v.Columns)
		}
		return
	}, `SELECT v.id, v.owner, v.unit, v.title, v.filter, v.columns, v.rev, d.person IS NOT NULL FROM intake_views v LEFT JOIN intake_view_defaults d ON d.view = v.id AND d.person = $1
		WHERE v.owner = $1 OR v.unit IN (SELECT ancestor FROM org_v_unit_paths WHERE descendant = $2) ORDER BY v.at, v.id LIMIT 500`, actor.Person, actor.HomeUnit())
	if err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	var owners []string
	for i := range out {
		out[i].Mine = out[i].Owner == actor.Person
		owners = append(owners, out[i].Owner)
	}
	names, err := org.PeopleNames(ctx, tx, owners...)
	for i := range out {
		out[i].Owner = names[out[i].Owner]
	}
	rank := func(v View) int {
		switch {
		case v.Default:
			return 0
		case v.Mine:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b View) int { return rank(a) - rank(b) })
	return out, err
}

// SaveView keeps a view of the actor's: a new one where id is empty, else that of which he saw revision rev. Returns form,
// intake.views_many, intake.no_view for one that is not his, and changed_meanwhile.
func (s *Service) SaveView(ctx context.Context, actor org.Actor, id string, rev int64, in ViewInput) (*View, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	filter, err := json.Marshal(in.Filter)
	if err != nil {
		return nil, err
	}
	if in.Columns == nil {
		in.Columns = []string{}
	}
	columns, err := json.Marshal(in.Columns)
	if err != nil {
		return nil, err
	}
	var unit sql.NullString
	if in.Shared {
		unit = nullable(actor.HomeUnit())
	}
	return store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*View, error) {
		at := store.At(s.now())
		if id == "" {
			var n int
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM intake_views WHERE owner = $1`, actor.Person).Scan(&n); err != nil {
				return nil, err
			}
			if n >= maxViews {
				return nil, fault.New(fault.Invalid, "intake.views_many", "max", maxViews)
			}
			id = store.NewID()
			if _, err := tx.Exec(ctx, `INSERT INTO intake_views (id, owner, unit, title, filter, columns, at, rev) VALUES ($1,$2,$3,$4,$5,$6,$7,1)`,
				id, actor.Person, unit, in.Title, string(filter), string(columns), at); err != nil {
				return nil, err
			}
		} else {
			if err := ownView(ctx, tx, actor, id); err != nil {
				return nil, err
			}
			if err := store.Changed(tx.Exec(ctx, `UPDATE intake_views SET unit = $3, title = $4, filter = $5, columns = $6, at = $7, rev = rev + 1 WHERE id = $1 AND rev = $2`,
				id, rev, unit, in.Title, string(filter), string(columns), at)); err != nil {
				return nil, err
			}
		}
		all, err := viewsOf(ctx, tx, actor)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(v View) bool { return v.ID == id })
		return &all[i], nil
	})
}

// ownView is nil for a view of the actor's, and intake.no_view for any other.
func ownView(ctx context.Context, tx *store.Tx, actor org.Actor, id string) error {
	var owner string
	if err := tx.QueryRow(ctx, `SELECT owner FROM intake_views WHERE id = $1`, id).Scan(&owner); err != nil {
		return store.Found(err, "intake.no_view")
	}
	if owner != actor.Person {
		return fault.New(fault.NotFound, "intake.no_view")
	}
	return nil
}

// DropView removes a view of the actor's; whose list opened with it, opens as ever. Returns intake.no_view.
func (s *Service) DropView(ctx context.Context, actor org.Actor, id string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := ownView(ctx, tx, actor, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM intake_view_defaults WHERE view = $1`, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM intake_views WHERE id = $1`, id)
		return err
	})
}

// OpenWith has the actor's list open with a view that he sees; with none where id is empty. Returns intake.no_view.
func (s *Service) OpenWith(ctx context.Context, actor org.Actor, id string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if id == "" {
			_, err := tx.Exec(ctx, `DELETE FROM intake_view_defaults WHERE person = $1`, actor.Person)
			return err
		}
		all, err := viewsOf(ctx, tx, actor)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(v View) bool { return v.ID == id }) {
			return fault.New(fault.NotFound, "intake.no_view")
		}
		_, err = tx.Exec(ctx, `INSERT INTO intake_view_defaults (person, view) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET view = excluded.view`, actor.Person, id)
		return err
	})
}

// Follow has the actor told of what happens to a complaint that he may see, or no longer. Either may be asked for twice.
// Returns intake.not_found.
func (s *Service) Follow(ctx context.Context, actor org.Actor, id string, on bool) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.Access(ctx, tx, actor, id, false); err != nil {
			return err
		}
		if !on {
			_, err := tx.Exec(ctx, `DELETE FROM intake_follows WHERE complaint = $1 AND person = $2`, id, actor.Person)
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO intake_follows (complaint, person, at) VALUES ($1,$2,$3) ON CONFLICT (complaint, person) DO NOTHING`, id, actor.Person, store.At(s.now()))
		return err
	})
}

// followersOf are those who follow a complaint.
func followersOf(ctx context.Context, tx *store.Tx, complaint string) ([]string, error) {
	return store.Collect(ctx, tx, func(r *sql.Rows) (person string, err error) { return person, r.Scan(&person) },
		`SELECT person FROM intake_follows WHERE complaint = $1 ORDER BY at, person LIMIT 200`, complaint)
}
