package area

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"jiexu/ledger"
	"jiexu/place"
	"jiexu/store"
)

func init() {
	ledger.Seal("area_words")
	ledger.Seal("area_places")
}

// How a word was said.
const (
	Registered = "registered" // the desk or a patrol put the pin elsewhere than where we proposed it
	Placed     = "placed"     // a step on a complaint confirmed or moved it
	Settled    = "settled"    // the desk said so when it looked at what was learned
)

// Word is what one person said of where an address is.
type Word struct {
	ID          string
	At          place.Point
	Complaint   string
	Person      string
	Unit        string
	How         string
	Said        time.Time
	WithdrawnAt *time.Time
	WithdrawnBy string
	Reason      string
}

// Place is what the words on an address come to.
type Place struct {
	ID string
	place.AddressKey
	place.Verdict
	LastAt time.Time
}

// Learn keeps a word on an address and what all its words come to then, and returns the rows for the entry of what the
// person did. Nothing is written, and no row returned, where the address names no place that could be remembered.
func (g *Ground) Learn(ctx context.Context, tx *store.Tx, address string, w Word) ([]ledger.Row, error) {
	key, ok := g.Gazetteer.KeyOf(address)
	if !ok {
		return nil, nil
	}
	row, err := hold(ctx, tx, key, w.Said)
	if err != nil {
		return nil, err
	}
	w.ID = store.NewID()
	if _, err := tx.Exec(ctx, `INSERT INTO area_words (id, address_key, lon, lat, complaint, person, unit, how, said_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		w.ID, key.Key, w.At.Lon, w.At.Lat, w.Complaint, w.Person, w.Unit, w.How, store.At(w.Said)); err != nil {
		return nil, fmt.Errorf("a word on %s: %w", key.Key, err)
	}
	return []ledger.Row{{Table: "area_words", Key: w.ID}, row}, g.weigh(ctx, tx, key)
}

// hold makes the row of an address and keeps it for this transaction, so that two words at the same moment are both counted.
func hold(ctx context.Context, tx *store.Tx, key place.AddressKey, now time.Time) (row ledger.Row, err error) {
	row.Table = "area_places"
	err = tx.QueryRow(ctx, `INSERT INTO area_places (id, address_key, address, road, number, name, lon, lat, people, rival_lon, rival_lat, rival_people, standing, last_at)
		VALUES ($1,$2,$3,$4,$5,$6,0,0,0,0,0,0,'gone',$7)
		ON CONFLICT (address_key) DO UPDATE SET address = excluded.address, road = excluded.road, number = excluded.number, name = excluded.name, last_at = excluded.last_at RETURNING id`,
		store.NewID(), key.Key, key.Text, key.Road, key.Number, key.Name, store.At(now)).Scan(&row.Key)
	if err != nil {
		err = fmt.Errorf("the row of %s: %w", key.Key, err)
	}
	return row, err
}

// weigh writes what the words on an address come to.
func (g *Ground) weigh(ctx context.Context, tx *store.Tx, key place.AddressKey) error {
	said, err := wordsOn(ctx, tx, []string{key.Key})
	if err != nil {
		return err
	}
	var counted []place.Word
	for _, w := range said[key.Key] {
		if w.WithdrawnAt == nil {
			counted = append(counted, place.Word{Person: w.Person, Complaint: w.Complaint, At: w.At, Said: w.Said, Settles: w.How == Settled})
		}
	}
	before, known := g.Gazetteer.Find("", key.Text)
	v := place.Weigh(counted, before.Estimate, known)
	if _, err := tx.Exec(ctx, `UPDATE area_places SET lon = $2, lat = $3, people = $4, rival_lon = $5, rival_lat = $6, rival_people = $7, standing = $8 WHERE address_key = $1`,
		key.Key, v.Best.At.Lon, v.Best.At.Lat, v.Best.People, v.Rival.At.Lon, v.Rival.At.Lat, v.Rival.People, string(v.Standing)); err != nil {
		return fmt.Errorf("what is known of %s: %w", key.Key, err)
	}
	return nil
}

// Settle has the desk say which of the places an address has: a word like that other one, which decides what was disputed.
// Returns area.word_unknown.
func (g *Ground) Settle(ctx context.Context, tx *store.Tx, word, person, unit string, now time.Time) (key string, rows []ledger.Row, err error) {
	key, old, err := wordByID(ctx, tx, word)
	if err != nil {
		return "", nil, err
	}
	p, err := placeByKey(ctx, tx, key)
	if err != nil {
		return "", nil, err
	}
	rows, err = g.Learn(ctx, tx, p.Text, Word{At: old.At, Complaint: "", Person: person, Unit: unit, How: Settled, Said: now})
	return key, rows, err
}

// Withdraw takes a word back: it counts no longer, and stays to be seen. Returns area.word_unknown for one that is not there or was
// withdrawn before.
func (g *Ground) Withdraw(ctx context.Context, tx *store.Tx, word, person, reason string, now time.Time) (key string, rows []ledger.Row, err error) {
	key, _, err = wordByID(ctx, tx, word)
	if err != nil {
		return "", nil, err
	}
	p, err := placeByKey(ctx, tx, key)
	if err != nil {
		return "", nil, err
	}
	row, err := hold(ctx, tx, p.AddressKey, now)
	if err != nil {
		return "", nil, err
	}
	if _, err := tx.Exec(ctx, `UPDATE area_words SET withdrawn_at = $2, withdrawn_by = $3, reason = $4 WHERE id = $1`, word, store.At(now), person, reason); err != nil {
		return "", nil, fmt.Errorf("withdraw a word on %s: %w", key, err)
	}
	return key, []ledger.Row{{Table: "area_words", Key: word}, row}, g.weigh(ctx, tx, p.AddressKey)
}

// wordByID is a word that counts.
func wordByID(ctx context.Context, tx *store.Tx, id string) (key string, w Word, err error) {
	err = tx.QueryRow(ctx, `SELECT address_key, lon, lat FROM area_words WHERE id = $1 AND withdrawn_at IS NULL`, id).Scan(&key, &w.At.Lon, &w.At.Lat)
	return key, w, store.Found(err, "area.word_unknown")
}

const placeColumns = `id, address_key, address, road, number, name, lon, lat, people, rival_lon, rival_lat, rival_people, standing, last_at`

func scanPlace(r interface{ Scan(...any) error }) (p Place, err error) {
	var last store.Time
	err = r.Scan(&p.ID, &p.Key, &p.Text, &p.Road, &p.Number, &p.Name, &p.Best.At.Lon, &p.Best.At.Lat, &p.Best.People, &p.Rival.At.Lon, &p.Rival.At.Lat, &p.Rival.People, &p.Standing, &last)
	p.LastAt = last.Time
	return p, err
}

func placeByKey(ctx context.Context, tx *store.Tx, key string) (Place, error) {
	p, err := scanPlace(tx.QueryRow(ctx, `SELECT `+placeColumns+` FROM area_places WHERE address_key = $1`, key))
	return p, store.Found(err, "area.word_unknown")
}

func wordsOn(ctx context.Context, tx *store.Tx, keys []string) (map[string][]Word, error) {
	out := map[string][]Word{}
	if len(keys) == 0 {
		return out, nil
	}
	w := &store.Where{}
	w.In("address_key", keys)
	_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
		var key string
		var w Word
		var said store.Time
		var gone *store.Time
		var by, reason sql.NullString
		if err = r.Scan(&key, &w.ID, &w.At.Lon, &w.At.Lat, &w.Complaint, &w.Person, &w.Unit, &w.How, &said, &gone, &by, &reason); err != nil {
			return
		}
		w.Said, w.WithdrawnBy, w.Reason = said.Time, by.String, reason.String
		if gone != nil {
			w.WithdrawnAt = &gone.Time
		}
		out[key] = append(out[key], w)
		return
	}, `SELECT address_key, id, lon, lat, complaint, person, unit, how, said_at, withdrawn_at, withdrawn_by, reason FROM area_words WHERE `+w.SQL()+` ORDER BY said_at, id`, w.Args()...)
	return out, err
}

// Beside a number of a road so many numbers on either side are heard; farther ones tell nothing of where it is.
const besideNumber = 150

// Bounds of what is heard for one text, and of the numbers of one road: farther ones add nothing to the nearest.
const (
	mostHeard  = 2000
	mostOnRoad = 16
)

const heard = `SELECT ` + placeColumns + ` FROM area_places WHERE standing IN ('holds', 'disputed') AND `

// Knowing is the gazetteer with what people taught it of the roads and compounds that texts name, as the transaction sees it: what was
// said a moment ago on another server counts, what was withdrawn does not.
func (g *Ground) Knowing(ctx context.Context, tx *store.Tx, texts ...string) (*place.Gazetteer, error) {
	asked := g.Gazetteer.AskedBy(texts...)
	w := &store.Where{}
	var ways []string
	for _, n := range asked.Numbers {
		low, high := n.Number-besideNumber, n.Number+besideNumber
		if n.Number == 0 {
			ways = append(ways, w.Part(heard+"road = ? AND number = 0", n.Road))
			continue
		}
		ways = append(ways, w.Part(heard+"road = ? AND number BETWEEN ? AND ?", n.Road, max(low, 1), high))
		ways = append(ways, w.Part(heard+"road = ? AND number = 0", n.Road))
	}
	if len(asked.Names) > 0 {
		args := make([]any, len(asked.Names))
		for i, name := range asked.Names {
			args[i] = name
		}
		ways = append(ways, w.Part(heard+"name IN ("+strings.TrimSuffix(strings.Repeat("?,", len(args)), ",")+")", args...))
	}
	if len(ways) == 0 {
		return g.Gazetteer, nil
	}
	// Each way in a SELECT of its own: of several ways in one condition neither engine uses the indexes.
	found, err := store.Collect(ctx, tx, func(r *sql.Rows) (Place, error) { return scanPlace(r) },
		strings.Join(ways, " UNION ")+fmt.Sprintf(` LIMIT %d`, mostHeard), w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("what was learned: %w", err)
	}
	return learn(g.Gazetteer, nearest(found, asked.Numbers)), nil
}

// nearest keeps of each road's numbers those nearest to what is asked for.
func nearest(found []Place, asked []place.RoadNumber) []Place {
	off := func(p Place) int {
		least := math.MaxInt
		for _, n := range asked {
			if n.Road == p.Road {
				least = min(least, max(p.Number-n.Number, n.Number-p.Number))
			}
		}
		return least
	}
	slices.SortFunc(found, func(a, b Place) int { return cmp.Or(cmp.Compare(off(a), off(b)), cmp.Compare(b.ID, a.ID)) })
	kept := map[string]int{}
	found = slices.DeleteFunc(found, func(p Place) bool {
		kept[p.Road]++
		return p.Number > 0 && kept[p.Road] > mostOnRoad
	})
	// Later words outweigh earlier ones; the database gives them in no order, lest it walk all of them for it.
	slices.SortFunc(found, func(a, b Place) int { return cmp.Or(a.LastAt.Compare(b.LastAt), cmp.Compare(a.ID, b.ID)) })
	return found
}

// Taught is the ground with a gazetteer that knows all that people taught it, for many questions at once.
func (g *Ground) Taught(ctx context.Context, tx *store.Tx) (*Ground, error) {
	found, err := store.Collect(ctx, tx, func(r *sql.Rows) (Place, error) { return scanPlace(r) },
		`SELECT `+placeColumns+` FROM area_places WHERE standing IN ('holds', 'disputed') ORDER BY last_at, id`)
	if err != nil {
		return nil, fmt.Errorf("what was learned: %w", err)
	}
	out := *g
	out.Gazetteer = learn(g.Gazetteer, found)
	return &out, nil
}

func learn(g *place.Gazetteer, found []Place) *place.Gazetteer {
	var rows []place.Known
	for _, p := range found {
		rows = append(rows, p.Verdict.Known(p.Text)...)
	}
	if len(rows) == 0 {
		return g
	}
	return g.Learn(rows...)
}

// Learned is a page of what was learned, the newest first.
type Learned struct {
	Places []Place
	Words  map[string][]Word // by key, the oldest first
	More   string            // where the next page begins; empty at the end
}

// pageOfPlaces is how many places a page has.
const pageOfPlaces = 50

// List gives what was learned: all of it, what waits for the desk, or what a part of an address finds. Returns list.cursor.
func List(ctx context.Context, tx *store.Tx, open bool, text, after string) (*Learned, error) {
	w := &store.Where{}
	if open {
		w.Add("standing IN ('disputed', 'waits')")
	}
	if text != "" {
		w.Add(`address LIKE ? ESCAPE '!'`, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)+"%")
	}
	if after != "" {
		c, err := store.ParseCursor(after)
		if err != nil {
			return nil, err
		}
		w.Add("(last_at < ? OR last_at = ? AND id < ?)", c.At, c.At, c.ID)
	}
	found, err := store.Collect(ctx, tx, func(r *sql.Rows) (Place, error) { return scanPlace(r) },
		fmt.Sprintf(`SELECT `+placeColumns+` FROM area_places WHERE `+w.SQL()+` ORDER BY last_at DESC, id DESC LIMIT %d`, pageOfPlaces+1), w.Args()...)
	if err != nil {
		return nil, fmt.Errorf("what was learned: %w", err)
	}
	out := &Learned{Places: found[:min(len(found), pageOfPlaces)]}
	if len(found) > pageOfPlaces {
		last := found[pageOfPlaces-1]
		out.More = store.Cursor{At: store.At(last.LastAt), ID: last.ID}.String()
	}
	var keys []string
	for _, p := range out.Places {
		keys = append(keys, p.Key)
	}
	out.Words, err = wordsOn(ctx, tx, keys)
	return out, err
}

// Open is how many addresses wait for the desk's word.
func Open(ctx context.Context, tx *store.Tx) (n int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*) FROM area_places WHERE standing IN ('disputed', 'waits')`).Scan(&n)
	return n, err
}
