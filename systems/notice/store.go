package notice

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

type said struct{ code, params string }

func scanSaid(r *sql.Rows) (s said, err error) {
	err = r.Scan(&s.code, &s.params)
	return
}

// Item is a notice as its reader sees it.
type Item struct {
	ID      string    `json:"id"`
	Code    string    `json:"code"`
	Title   string    `json:"title" doc:"what it is about, in a word"`
	Text    string    `json:"text"`
	Subject string    `json:"subject" doc:"complaint:ID or case:ID"`
	At      time.Time `json:"at"`
	Read    bool      `json:"read"`
}

// MaxPage is the longest page of notices.
const MaxPage = 100

// Mine gives a page of the actor's notices, the newest first, with the cursor of the next, and how many are unread.
// Returns list.cursor.
func (s *Service) Mine(ctx context.Context, actor org.Actor, unreadOnly bool, cursor string, limit int, lang string) (items []Item, next string, unread int, err error) {
	if limit <= 0 || limit > MaxPage {
		limit = 30
	}
	w := &store.Where{}
	w.Add("person = ?", actor.Person)
	if unreadOnly {
		w.Add("read_at IS NULL")
	}
	if cursor != "" {
		at, err := store.ParseCursor(cursor)
		if err != nil {
			return nil, "", 0, err
		}
		w.Add("(at, id) < (?, ?)", at.At, at.ID)
	}
	var ats []store.Time
	err = s.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM notice_items WHERE person = $1 AND read_at IS NULL`, actor.Person).Scan(&unread); err != nil {
			return err
		}
		items, err = store.Collect(ctx, tx, func(r *sql.Rows) (i Item, err error) {
			var params, kind, subject string
			var at store.Time
			var read *store.Time
			if err = r.Scan(&i.ID, &i.Code, &params, &kind, &subject, &at, &read); err != nil {
				return
			}
			values := map[string]any{}
			if err = json.Unmarshal([]byte(params), &values); err != nil {
				return i, fmt.Errorf("notice %s: %w", i.ID, err)
			}
			ats = append(ats, at)
			i.Title, i.Text, i.Subject, i.At, i.Read = words.Text(lang, i.Code+"_title", nil), words.Text(lang, i.Code, values), kind+":"+subject, at.Time, read != nil
			return
		}, `SELECT id, code, params, subject_type, subject, at, read_at FROM notice_items WHERE `+w.SQL()+fmt.Sprintf(` ORDER BY at DESC, id DESC LIMIT %d`, limit+1), w.Args()...)
		return err
	})
	if err == nil && len(items) > limit {
		items = items[:limit]
		next = store.Cursor{At: ats[limit-1], ID: items[limit-1].ID}.String()
	}
	return items, next, unread, err
}

// maxRead bounds how many notices one command may name.
const maxRead = 200

// Read marks notices of the actor as read; none named means all. Others' are left as they are.
func (s *Service) Read(ctx context.Context, actor org.Actor, ids []string) error {
	if len(ids) > maxRead {
		return fault.New(fault.Invalid, "form").With("ids", "form.too_long", "max", maxRead)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w := &store.Where{}
		now := w.Part("?", store.At(s.Now()))
		w.Add("person = ?", actor.Person)
		w.Add("read_at IS NULL")
		w.In("id", ids)
		_, err := tx.Exec(ctx, `UPDATE notice_items SET read_at = `+now+` WHERE `+w.SQL(), w.Args()...)
		return err
	})
}

// Sweep forgets notices that nobody is shown any more, and deliveries that are done with, a month after.
func (s *Service) Sweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM notice_items WHERE at < $1`, store.At(s.Now().Add(-kept))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM notice_deliveries WHERE state IN ('sent', 'dropped') AND updated_at < $1`, store.At(s.Now().AddDate(0, 0, -30)))
		return err
	})
}
