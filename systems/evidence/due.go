package evidence

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"jiexu/law"
	"jiexu/store"
)

// dueFile is a file that is due.
type dueFile struct {
	media, rule string
	until       law.Date
}

// dueIn finds what is due in a unit and those below it, with all that is kept together with it: recordings, and what was added to matters, with the
// matter to the unit that has it now, whoever had it when the file was added.
func (s *Service) dueIn(ctx context.Context, tx *store.Tx, unit string) ([]dueFile, error) {
	below, err := unitsBelow(ctx, tx, unit)
	if err != nil {
		return nil, err
	}
	// Nothing is due earlier than the shortest time after it came in.
	before := store.At(law.On(s.now()).AddMonths(-leastMonths).End())
	var out []dueFile
	on := map[string]bool{}
	for after := (placed{}); len(out) < mostListed; {
		some, err := store.Collect(ctx, tx, func(r *sql.Rows) (p owned, err error) {
			return p, r.Scan(&p.id, &p.at, &p.unit, &p.subject.Type, &p.subject.ID)
		}, fmt.Sprintf(`SELECT m.id, m.at, COALESCE(r.unit, m.unit), m.subject_type, m.subject_id FROM evidence_media m LEFT JOIN evidence_recordings r ON r.media = m.id
			WHERE (r.media IS NULL OR r.unit IN (SELECT descendant FROM org_v_unit_paths WHERE ancestor = $1)) AND m.at < $2 AND (m.at, m.id) > ($3, $4)
			AND NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = m.id)
			ORDER BY m.at, m.id LIMIT %d`, mostListed), unit, before, after.at, after.id)
		if err != nil {
			return nil, fmt.Errorf("what is due: %w", err)
		}
		if len(some) == 0 {
			break
		}
		after = some[len(some)-1].placed
		if err := s.ownersNow(ctx, tx, some); err != nil {
			return nil, err
		}
		var ids []string
		for _, p := range some {
			if below[p.unit] {
				ids = append(ids, p.id)
			}
		}
		if len(ids) == 0 {
			continue
		}
		family, all, err := s.families(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		keep, err := s.keepings(ctx, tx, all, "")
		if err != nil {
			return nil, err
		}
		elsewhere, err := onLists(ctx, tx, all)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			group := slices.DeleteFunc(slices.Clone(family[id]), func(one string) bool { _, live := keep[one]; return !live || on[one] })
			if !keep[id].IsDue || len(out)+len(group) > mostListed && len(out) > 0 || slices.ContainsFunc(group, func(one string) bool { return elsewhere[one] }) {
				continue
			}
			for _, one := range group {
				on[one] = true
				out = append(out, dueFile{one, keep[one].Rule, keep[one].until})
			}
		}
	}
	return out, nil
}

// owned is a file in a list, and whose it is.
type owned struct {
	placed
	unit    string
	subject Subject
}

// ownersNow puts in whose the matters are now to which files were added; of recordings, and where nobody says, it stays as it was catalogued.
func (s *Service) ownersNow(ctx context.Context, tx *store.Tx, files []owned) error {
	var matters []Subject
	asked := map[Subject]bool{}
	for _, f := range files {
		if f.subject.Type != UnitSubject && !asked[f.subject] {
			asked[f.subject] = true
			matters = append(matters, f.subject)
		}
	}
	if len(matters) == 0 || s.outcomes == nil {
		return nil
	}
	outcomes, err := s.outcomes(ctx, tx, matters)
	for i := range files {
		if o := outcomes[files[i].subject]; o.Unit != "" {
			files[i].unit = o.Unit
		}
	}
	return err
}

func unitsBelow(ctx context.Context, tx *store.Tx, unit string) (map[string]bool, error) {
	list, err := store.Collect(ctx, tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }, `SELECT descendant FROM org_v_unit_paths WHERE ancestor = $1`, unit)
	out := make(map[string]bool, len(list))
	for _, id := range list {
		out[id] = true
	}
	return out, err
}
