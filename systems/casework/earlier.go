package casework

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"jiexu/codes"
	"jiexu/law"
	"jiexu/place"
	"jiexu/store"
	"jiexu/systems/casework/tracks"
)

// near is within how many metres two acts are at one place.
const near = 60

// elsewhere is a decided case beside one that is being read, with its coordinates.
type elsewhere struct {
	tracks.Earlier
	lon, lat *float64
	other    bool // of another matter
}

// decidedOf reads, for each case, the decided cases of the same party for acts of the same day, the newest first: an act is
// fined once (AP 29), under whichever matter.
func decidedOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]elsewhere, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id, c.number, c.act_date, c.act_place, c.lon, c.lat, c.decided_at, c.decided_yuan, c.matter <> me.matter
		FROM casework_parties o JOIN casework_cases me ON me.id = o.case_id
		JOIN casework_decided d ON d.id_code = o.id_code AND d.act_date = me.act_date AND d.case_id <> o.case_id
		JOIN casework_cases c ON c.id = d.case_id
		WHERE ? ORDER BY o.case_id, c.decided_at DESC, c.id DESC`,
		func(r *sql.Rows, of *string) (e elsewhere, err error) {
			var act store.Date
			var decided store.Time
			err = r.Scan(of, &e.Number, &act, &e.Place, &e.lon, &e.lat, &decided, &e.Yuan, &e.other)
			e.ActDate, e.DecidedOn = act.Date, law.On(decided.Time)
			return
		})
}

// repeatedOf says of which cases there is a decided one of the same party and matter, of whatever day: the first of them may
// go without a penalty (AP 33).
func repeatedOf(ctx context.Context, tx *store.Tx, ids []string) (map[string][]bool, error) {
	return ofCases(ctx, tx, ids, `SELECT o.case_id FROM casework_parties o JOIN casework_cases me ON me.id = o.case_id
		WHERE ? AND EXISTS (SELECT 1 FROM casework_decided d WHERE d.id_code = o.id_code AND d.matter = me.matter AND d.case_id <> o.case_id)`,
		func(r *sql.Rows, of *string) (bool, error) { return true, r.Scan(of) })
}

// keepDecided writes what of a case later ones of its party are asked for: nothing before it is decided, and nothing of a
// party without a code.
func keepDecided(ctx context.Context, tx *store.Tx, c *Case) error {
	if _, err := tx.Exec(ctx, `DELETE FROM casework_decided WHERE case_id = $1`, c.ID); err != nil || c.DecidedYuan == nil || c.DecidedAt == nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO casework_decided (case_id, id_code, act_date, matter)
		SELECT c.id, min(p.id_code), c.act_date, c.matter FROM casework_cases c JOIN casework_parties p ON p.case_id = c.id
		WHERE c.id = $1 AND p.id_code <> '' GROUP BY c.id, c.act_date, c.matter`, c.ID)
	return err
}

// know puts what was read of a party's other cases into the files.
func know(files map[string]*file, ids []string, decided map[string][]elsewhere, repeated map[string][]bool) {
	for _, id := range ids {
		if f, ok := files[id]; ok {
			f.sameDay, f.otherFines = f.Case.beside(decided[id])
			f.repeated = len(repeated[id]) > 0
		}
	}
}

// beside says which of the cases lie at the case's own place: those of its matter, and whether one of another matter
// has been fined for the same day and place.
func (c *Case) beside(list []elsewhere) (same []tracks.Earlier, other []tracks.Earlier) {
	same = []tracks.Earlier{}
	for _, e := range list {
		e.Near = written(e.Place) == written(c.ActPlace)
		if !e.Near && e.lon != nil && e.lat != nil && c.Lon != nil && c.Lat != nil {
			e.Near = place.Distance(place.Point{Lon: *e.lon, Lat: *e.lat}, place.Point{Lon: *c.Lon, Lat: *c.Lat}) <= near
		}
		switch {
		case !e.other:
			same = append(same, e.Earlier)
		case e.Near && e.ActDate == c.ActDate && e.Yuan > 0:
			other = append(other, e.Earlier)
		}
	}
	return same, other
}

// written is a place as it compares with others: without spaces, and figures and letters of one width, because one writes
// １２号 and another 12号.
func written(place string) string {
	return strings.ToUpper(strings.Join(strings.Fields(width.Fold.String(place)), ""))
}

// finedBefore reports whether the same act was fined in another case: the same party, matter, day and place (AP 29).
func (f *file) finedBefore() bool {
	return slices.ContainsFunc(f.sameDay, func(e tracks.Earlier) bool { return e.Near && e.ActDate == f.ActDate && e.Yuan > 0 })
}

// born is the party's day of birth, where it is a person whose number names it.
func (f *file) born() (law.Date, bool) {
	p, ok := f.party()
	if !ok || p.Kind != Person {
		return law.Date{}, false
	}
	return codes.Born(p.IDCode)
}

// ofAge reports whether the party may be punished: it is not known to have been under fourteen (AP 30).
func (f *file) ofAge() bool {
	born, ok := f.born()
	return !ok || !law.Under(law.AgeOfPenalty, born, f.ActDate)
}

// weighing are the circumstances that hold: those that were found, with the age as the party's number has it.
func (f *file) weighing() []string {
	if born, ok := f.born(); ok {
		return law.Aged(f.Circumstances, born, f.ActDate)
	}
	return f.Circumstances
}
