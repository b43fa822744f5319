package intake

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
)

// Happened is a line of what a citizen is told: one of the codes of told, and when.
type Happened struct {
	Code string
	Unit string // whose turn it became; empty where that says nothing
	At   time.Time
}

// told are the steps that a citizen hears of, in few words. Who took them, and what people of the office said to each other,
// is not told.
var told = map[string]string{entryRegistered: "registered", entryImported: "registered", entrySplitOff: "registered", StepRoute: "routed", StepDecide: "routed", StepMove: "routed",
	StepInspect: "outside", StepMediate: "outside", StepAccept: "accepted", StepAssign: "assigned", StepHandle: "visited", StepReply: "replied", StepPass: "replied", StepAnswer: "replied",
	StepRedo: "redo", StepReroute: "redo", StepReopen: "reopened", StepRate: "rated", StepClose: "closed", StepTransfer: "transferred", StepSourceTook: "sent_back", StepFileCase: "case", entryCaseFiled: "case",
	StepCaseEnded: "case_ended", StepGiveTime: "extended", StepSuspend: "rests", StepResume: "resumed",
	StepMerge: "merged", StepUnmerge: "unmerged", StepMainAccepted: "accepted", StepMainSeen: "visited", StepMainAnswered: "replied", StepMainTransferred: "transferred", StepRedoApart: "redo"}

// Tracked is what somebody sees of a complaint by its number and his code.
type Tracked struct {
	Number, Part  string
	Kind          string // in words
	Area          string
	State         string
	Closed        bool
	ReceivedAt    time.Time
	Expected      *time.Time // when the next word is due; nil: no such time runs
	Reply         string     // as it was given, or what the informant was told when it was transferred
	RepliedAt     *time.Time
	Agency        string // who answers for it
	Happened      []Happened
	MayRate       bool
	Rating        string // what he said of the newest answer; empty: nothing
	MayReopen     bool
	ReopenUntil   *law.Date // last day; nil: it is not closed
	HasContact    bool
	ContactErased *time.Time
	KeepsContact  int // days after the end
}

// wrongCode is what everybody hears who has no number with its code, whichever of them is wrong.
func wrongCode() error { return fault.New(fault.NotFound, "intake.code_wrong") }

// tracked finds a complaint by its number and a code, and the part that the code gives. Returns intake.code_wrong.
func (s *Service) tracked(ctx context.Context, tx *store.Tx, number, code string) (f *file, part string, err error) {
	code, number = bareCode(code), strings.ToUpper(strings.Join(strings.Fields(halfWidth(clipped(number, 100))), ""))
	var id, public string
	err = tx.QueryRow(ctx, `SELECT k.complaint, k.part, coalesce(p.public_id, '') FROM intake_trackings k LEFT JOIN intake_public p ON p.complaint = k.complaint WHERE k.digest = $1`, codeDigest(code)).Scan(&id, &part, &public)
	if err := store.Found(err, "intake.code_wrong"); err != nil {
		return nil, "", err
	}
	if f, err = s.loadFile(ctx, tx, id); err != nil {
		return nil, "", err
	}
	same := subtle.ConstantTimeCompare([]byte(strings.ToUpper(f.Number)), []byte(number)) | subtle.ConstantTimeCompare([]byte(public), []byte(number))
	if same != 1 {
		return nil, "", wrongCode()
	}
	return f, part, nil
}

// Track tells how far a complaint is. Returns intake.code_wrong.
func (s *Service) Track(ctx context.Context, number, code, lang string) (*Tracked, error) {
	var out *Tracked
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, part, err := s.tracked(ctx, tx, number, code)
		if err != nil {
			return err
		}
		out, err = s.trackedView(ctx, tx, f, part, lang)
		return err
	})
	return out, err
}

func (s *Service) trackedView(ctx context.Context, tx *store.Tx, f *file, part, lang string) (*Tracked, error) {
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return nil, err
	}
	names, err := org.UnitNames(ctx, tx, f.mentioned()...)
	if err != nil {
		return nil, err
	}
	state, _ := s.procedure.State(f.State)
	out := &Tracked{Number: f.Number, Part: part, Area: areaName(ground, f.StreetCode), State: f.State, Closed: state.End, ReceivedAt: f.ReceivedAt, Agency: names[f.Unit], Reply: f.ReplyText, RepliedAt: f.RepliedAt}
	var service string
	if err := tx.QueryRow(ctx, `SELECT coalesce((SELECT service FROM intake_public WHERE complaint = $1), '')`, f.ID).Scan(&service); err != nil {
		return nil, err
	}
	out.Kind = publicKind(service, f.Category, f.Kind, lang)
	for _, t := range f.terms {
		if t.MetAt == nil && slices.Contains([]string{ReplyTerm.Code, RedoTerm.Code}, t.Clock) && (out.Expected == nil || t.Due.Before(*out.Expected)) {
			due := t.Due
			out.Expected = &due
		}
	}
	for _, t := range f.steps {
		code := told[t.Step]
		if n := len(out.Happened); code == "" || n > 0 && out.Happened[n-1].Code == code {
			continue
		}
		h := Happened{Code: code, At: t.At}
		for _, field := range []string{"unit", "department", "community"} {
			if id, ok := t.Fields[field].(string); ok && (code == "routed" || code == "outside" || code == "transferred") {
				h.Unit = names[id]
			}
		}
		out.Happened = append(out.Happened, h)
		if said, ok := t.Fields["explained"].(string); ok && (t.Step == StepTransfer || t.Step == StepMainTransferred) {
			at := t.At
			out.Reply, out.RepliedAt = said, &at
		}
	}
	if f.ClosedAt != nil && f.State == Closed {
		until := f.reopenableUntil()
		out.ReopenUntil = &until
	}
	if part != Informant { // the answer was written to somebody else
		out.Reply = covered(out.Reply)
		return out, nil
	}
	if slices.Contains(f.Facts, rated.Code) {
		out.Rating, _ = f.newest(StepRate).Fields["satisfaction"].(string)
	}
	out.MayRate = out.Rating == "" && (f.State == Replied || f.State == Closed)
	out.MayReopen = f.State == Closed && f.reopenable(s.now())
	if out.KeepsContact, err = contactDays(ctx, tx, f.Unit); err != nil {
		return nil, err
	}
	contact, err := contactOf(ctx, tx, f.ID)
	if err != nil {
		return nil, err
	}
	out.HasContact = contact != (Contact{})
	out.ContactErased, err = erasedAt(ctx, tx, f.ID)
	return out, err
}

// erasedAt is when the contact of a complaint was erased; nil where it was not, or there was none.
func erasedAt(ctx context.Context, tx *store.Tx, id string) (*time.Time, error) {
	all, err := store.Collect(ctx, tx, func(r *sql.Rows) (t *store.Time, err error) { return t, r.Scan(&t) }, `SELECT erased_at FROM intake_contacts WHERE complaint = $1`, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return moment(all[0]), nil
}

// byInformant has who reported a complaint take a step of it. Returns intake.code_wrong, intake.informant_only for the code
// of somebody who follows it, and what Take returns.
func (s *Service) byInformant(ctx context.Context, number, code, step string, in map[string]any) error {
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (*Receipt, error) {
		f, err := s.asInformant(ctx, tx, number, code)
		if err != nil {
			return nil, err
		}
		a, err := s.prepare(ctx, tx, org.Program(ByPortal), f.ID, step)
		if err != nil {
			return nil, err
		}
		return s.take(ctx, tx, a, in)
	})
	return err
}

func (s *Service) asInformant(ctx context.Context, tx *store.Tx, number, code string) (*file, error) {
	f, part, err := s.tracked(ctx, tx, number, code)
	if err == nil && part != Informant {
		err = fault.New(fault.Refused, "intake.informant_only")
	}
	return f, err
}

// Rate keeps what the informant says of the answer; see byInformant.
func (s *Service) Rate(ctx context.Context, number, code, satisfaction, note string) error {
	return s.byInformant(ctx, number, code, StepRate, map[string]any{"satisfaction": satisfaction, "note": note})
}

// Reopen has a closed complaint done again because its informant asks for it; see byInformant.
func (s *Service) Reopen(ctx context.Context, number, code, reason string) error {
	return s.byInformant(ctx, number, code, StepReopen, map[string]any{"reason": reason})
}

// WithdrawContact erases at once who reported a complaint, because he asks for it. Asked for again it does nothing. Returns
// intake.code_wrong, intake.informant_only.
func (s *Service) WithdrawContact(ctx context.Context, number, code string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, err := s.asInformant(ctx, tx, number, code)
		if err != nil {
			return err
		}
		_, err = s.eraseContact(ctx, tx, org.Program(ByPortal), f.Complaint, "informant")
		return err
	})
}

// Unfollow takes away the code of somebody who follows a complaint. The informant's own code stays. Returns
// intake.code_wrong.
func (s *Service) Unfollow(ctx context.Context, number, code string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		f, part, err := s.tracked(ctx, tx, number, code)
		if err != nil || part != Follower {
			return err
		}
		digest := codeDigest(bareCode(code))
		if _, err := tx.Exec(ctx, `DELETE FROM intake_trackings WHERE digest = $1`, digest); err != nil {
			return fmt.Errorf("take a code away: %w", err)
		}
		_, err = ledger.Append(ctx, tx, ledger.Entry{Kind: "intake.unfollowed", Subject: ref(f.ID), Actor: org.Program(ByPortal).Person, Unit: f.Unit, At: s.now(),
			Body: map[string]any{"number": f.Number, "part": part}, Rows: []ledger.Row{{Table: "intake_trackings", Key: digest}}})
		return err
	})
}

// Followed is what somebody gets who follows a complaint that was there before.
type Followed struct{ Number, Code string }

// FollowByCode gives somebody a code by which he sees what becomes of a complaint that another reported. The same once gives the
// same code. Returns intake.not_found for what is not for everybody.
func (s *Service) FollowByCode(ctx context.Context, complaint, once string) (*Followed, error) {
	out := &Followed{Code: s.trackingCode("follow " + once)}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, complaint)
		if err != nil {
			return err
		}
		if c.Confidential || c.State == Transferred || c.State == SentBack {
			return fault.New(fault.NotFound, "intake.not_found")
		}
		out.Number = c.Number
		var known int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM intake_trackings WHERE digest = $1 AND complaint = $2`, codeDigest(out.Code), c.ID).Scan(&known); err != nil || known > 0 {
			return err
		}
		c.UpdatedAt = s.now() // the moment of the row; the complaint itself does not change
		return track(ctx, tx, org.Program(ByPortal), c, out.Code, Follower, "intake.followed_by_citizen")
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ReportedBefore is what came of a report that was sent before under the same once; nil where none was.
func (s *Service) ReportedBefore(ctx context.Context, way, once string, service string) (*Reported, error) {
	known, err := publicService(service)
	if err != nil {
		return nil, err
	}
	out, err := s.reportedBefore(ctx, way+" "+once, known)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return out, err
}
