package intake

import (
	"context"
	"database/sql"
	"io"

	"jiexu/api"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// Export writes the list that a filter gives as Excel, at most api.MaxExport rows. Who complained is in it for those with
// the right to see that, masked as on the screens; of who asked for confidentiality, only for the desk.
func (s *Service) Export(ctx context.Context, actor org.Actor, f Filter, lang string, w io.Writer) error {
	if !actor.CanAnywhere(opExport) {
		return fault.New(fault.Refused, "refused", "op", opExport)
	}
	columns := []string{"number", "receivedAt", "channel", "kind", "category", "title", "address", "unit", "state", "due"}
	if actor.CanAnywhere(opContact) {
		columns = append(columns, "name", "phone")
	}
	var header []string
	for _, name := range columns {
		header = append(header, words.Text(lang, "intake.field."+name, nil))
	}
	f.Limit, f.Cursor = MaxPage, ""
	var page []Row
	var contacts map[string]Contact
	more, count := true, 0
	return api.Excel(w, words.Text(lang, "intake.sheet", nil), header, func() ([]any, error) {
		if len(page) == 0 && more {
			var err error
			if page, f.Cursor, err = s.List(ctx, actor, f, lang); err == nil && actor.CanAnywhere(opContact) {
				contacts, err = s.maskedContacts(ctx, actor, page)
			}
			if err != nil {
				return nil, err
			}
			more = f.Cursor != ""
		}
		if len(page) == 0 || count == api.MaxExport {
			return nil, nil
		}
		r := page[0]
		page, count = page[1:], count+1
		due := ""
		if r.Due != nil {
			due = r.Due.DueDate
		}
		cells := []any{r.Number, r.ReceivedAt.In(law.Shanghai).Format("2006-01-02 15:04"), r.ChannelTitle, r.KindTitle, r.Category, r.Title, r.Address, r.UnitName, r.StateTitle, due,
			contacts[r.ID].Name, contacts[r.ID].Phone}
		return cells[:len(header)], nil
	})
}

// maskedContacts are those who complained, as the actor may see them without giving a reason; where he has no right in a
// complaint's unit, nothing.
func (s *Service) maskedContacts(ctx context.Context, actor org.Actor, rows []Row) (map[string]Contact, error) {
	out := map[string]Contact{}
	w := &store.Where{}
	var ids []string
	for _, r := range rows {
		if actor.Can(opContact, r.Unit) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	w.In("k.complaint", ids)
	return out, s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := store.Collect(ctx, tx, func(r *sql.Rows) (none struct{}, err error) {
			var id string
			var k Contact
			c := &Complaint{}
			err = r.Scan(&id, &k.Name, &k.Phone, &c.Confidential, &c.Unit)
			out[id] = k.masked(c.Confidential && !mayContact(actor, c))
			return
		}, `SELECT k.complaint, k.name, k.phone, c.confidential, c.unit FROM intake_contacts k JOIN intake_complaints c ON c.id = k.complaint WHERE `+w.SQL(), w.Args()...)
		return err
	})
}
