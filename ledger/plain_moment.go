package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"time"
	"unsafe"

	"jiexu/store"
)

// checkMoment is checkPlain on PostgreSQL.
func checkMoment(ctx context.Context, db *store.DB, o CheckOptions) (report Report, ok bool) {
	o.Most = mostBesides
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c := &check{opts: o, plain: true, report: Report{Findings: []Finding{}}}
		c.read = func(ctx context.Context, tx *store.Tx, _ *store.Table) error { return c.momentEntries(ctx, tx) }
		_, err := unpack(tried(func() (struct{}, error) { return struct{}{}, c.run(ctx, tx) }))
		report = c.report
		return err
	})
	return report, err == nil && len(report.Findings) == 0 && report.More == 0
}

// span is some entries: the leaves from one up to another.
type span struct{ from, to int64 }

// momentEntries goes along the entries, read over several connections.
func (c *check) momentEntries(ctx context.Context, tx *store.Tx) error {
	moment, err := tx.Moment(ctx)
	if err != nil {
		return err
	}
	w, err := c.walk(ctx, tx)
	if err != nil {
		return err
	}
	var least, most int64
	if err := tx.QueryRow(ctx, `SELECT coalesce((SELECT min(leaf) FROM ledger_entries), 0), coalesce((SELECT max(leaf) FROM ledger_entries), -1)`).Scan(&least, &most); err != nil {
		return err
	}
	if least != 0 || most+1 != c.tree.size {
		return errOdd
	}
	var spans []span
	for from := int64(0); from < c.tree.size; from += 2 * entriesAtOnce {
		spans = append(spans, span{from, min(from+2*entriesAtOnce, c.tree.size)})
	}
	if err := ordered(ctx, each(spans), func(s span) *plainPage { return readSpan(ctx, moment, s, c.numbered) }, func(page *plainPage) error {
		if page.err != nil {
			return errors.Join(errOdd, page.err)
		}
		return c.follow(ctx, w, page)
	}); err != nil {
		return err
	}
	return c.ended(w)
}

// since2000 is where PostgreSQL's moments begin, which are microseconds.
var since2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

func readSpan(ctx context.Context, moment *store.Moment, s span, numbered bool) *plainPage {
	p := &plainPage{leaves: make([]plainLeaf, 0, s.to-s.from)}
	entries := entryTaker{page: p}
	p.err = moment.Rows(ctx, `SELECT leaf, data, id, at, kind, subject_type, subject_id, actor, unit, seq FROM ledger_entries WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf`,
		[]any{s.from, s.to}, func(raw [][]byte) error {
			if len(raw[0]) != 8 || len(raw[1]) == 0 || len(raw[3]) != 8 || len(raw[9]) != 8 {
				return errOdd
			}
			data := unsafe.String(&raw[1][0], len(raw[1])) // it is the connection's until this returns, and nothing is kept of it
			leaf := int64(binary.BigEndian.Uint64(raw[0]))
			if numbered && int64(binary.BigEndian.Uint64(raw[9])) != leaf+1 {
				return errOdd
			}
			return entries.take(data, leaf, func(rec Record, _ string) bool {
				return string(raw[2]) == rec.ID && int64(binary.BigEndian.Uint64(raw[3]))+since2000 == rec.At.UnixMicro() && string(raw[4]) == rec.Kind &&
					string(raw[5]) == rec.Subject.Type && string(raw[6]) == rec.Subject.ID && string(raw[7]) == rec.Actor && string(raw[8]) == rec.Unit
			})
		})
	return p
}
