package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jiexu/document"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/procedure"
	"jiexu/store"
)

// Word gives an issued document for editing elsewhere: a DOCX of the same fields. It is a copy; what was issued is
// the PDF. Returns case.not_found, case.document_not_found.
func (s *Service) Word(ctx context.Context, actor org.Actor, caseID, id string) (name string, docx []byte, err error) {
	var kind, number, title, fields string
	var at store.Time
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := s.readable(ctx, tx, actor, caseID); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `SELECT kind, number, title, fields, issued_at FROM casework_documents WHERE id = $1 AND case_id = $2`, id, caseID).
			Scan(&kind, &number, &title, &fields, &at)
		return store.Found(err, "case.document_not_found")
	})
	if err != nil {
		return "", nil, err
	}
	form, err := formOf(kind, fields)
	if err != nil {
		return "", nil, err
	}
	docx, err = document.DOCX(form, at.Time)
	return title + " " + number + ".docx", docx, err
}

// formOf reads a form as it was issued.
func formOf(kind, fields string) (document.Form, error) {
	var form document.Form
	switch kind {
	case NoticeDocument:
		form = &document.IntendedPenaltyNotice{}
	case DecisionDocument:
		form = &document.Decision{}
	default:
		form = &document.Sheet{}
	}
	if err := json.Unmarshal([]byte(fields), form); err != nil {
		return nil, fmt.Errorf("read a %s: %w", kind, err)
	}
	return form, nil
}

// bound is the file as it is put together: with what the archiving said, or, of a case that is still being handled, as
// a working copy that says so.
func (f *file) bound(d document.Dossier, now time.Time) document.Volume {
	today := law.On(now)
	cover := procedure.Values{"archive": "未归档", "closed_on": today, "filed_on": today, "kept": "30", "volumes": int64(1), "keeper": "未归档"}
	note := procedure.Values{"state": "本卷为办理中的工作卷，尚未结案归档。", "made_on": today}
	if len(f.officers) > 0 {
		cover["keeper"] = f.officers[0].Name
	}
	if f.ClosedAt != nil {
		cover["closed_on"] = law.On(*f.ClosedAt)
	}
	if a, ok := f.last(StepArchive); ok {
		cover["filed_on"], cover["keeper"], note["made_on"] = law.On(a.At), a.ActorName, law.On(a.At)
		note["state"] = "本卷由系统按归档顺序生成，所列文书为制发时的原件，均可凭日志证明核验。"
		for field, value := range map[string]string{"archive": "volume", "kept": "kept"} {
			if text, _ := a.Fields[value].(string); text != "" {
				cover[field] = text
			}
		}
	}
	if d.Filed.IsZero() {
		d.Filed = law.On(f.OpenedAt)
	}
	return document.Volume{Dossier: d, Cover: cover, Note: note, On: today}
}

// Volume shows the whole file (卷宗) of a case as it would be bound now: cover, index, every valid document in archive
// order, note; the pages numbered. Returns case.not_found, case.file_empty.
func (s *Service) Volume(ctx context.Context, actor org.Actor, id string) (name string, pdf []byte, err error) {
	var v document.Volume
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.visible(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := actor.Must(opDocument, f.Unit); err != nil {
			return err
		}
		name = boundName(f.Number) + ".pdf"
		v, err = s.volume(ctx, tx, actor, f)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	pdf, err = s.pressVolume(v)
	return name, pdf, err
}

// volume puts the file of a case together. Returns case.file_empty.
func (s *Service) volume(ctx context.Context, tx *store.Tx, actor org.Actor, f *file) (document.Volume, error) {
	var v document.Volume
	w, err := f.mainWay()
	if err != nil {
		return v, err
	}
	now := s.now()
	d, err := s.dossier(ctx, tx, &act{file: f, way: w, actor: actor, step: &procedure.Step{}, now: now})
	if err != nil {
		return v, err
	}
	v = f.bound(d, now)
	if state, ok := w.State(f.State); ok && f.DecidedYuan == nil { // it ended, or goes on, without a penalty
		v.Cover["result"] = state.Title.ZH
	}
	for _, doc := range f.documents {
		if doc.VoidAt != nil {
			continue
		}
		part := document.Part{Kind: document.Kind(doc.Kind), Title: doc.Title, Number: doc.Number, Date: law.On(doc.IssuedAt)}
		if strings.HasPrefix(part.Number, f.Number+inFile) {
			part.Number = ""
		}
		if err := tx.QueryRow(ctx, `SELECT pdf FROM casework_documents WHERE id = $1`, doc.ID).Scan(&part.PDF); err != nil {
			return v, err
		}
		v.Parts = append(v.Parts, part)
	}
	if len(v.Parts) == 0 {
		return v, fault.New(fault.Conflict, "case.file_empty")
	}
	return v, nil
}

func (s *Service) pressVolume(v document.Volume) ([]byte, error) {
	fonts, err := s.fonts()
	if err != nil {
		return nil, err
	}
	return v.Render(document.Press{Fonts: fonts, Made: s.now()})
}
