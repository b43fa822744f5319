package intake

import (
	"context"
	"strings"
	"unicode/utf8"

	"jiexu/codes"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
)

// maxReason bounds the reason for looking at a contact, in characters.
const maxReason = 200

// masked is a contact as everybody may see it. Of an informant who asked for confidentiality nothing
// is shown at all.
func (c Contact) masked(confidential bool) Contact {
	if confidential {
		if c != (Contact{}) {
			return Contact{Name: covering, Phone: covering}
		}
		return c
	}
	return Contact{Name: codes.MaskName(c.Name), Phone: codes.MaskPhone(c.Phone), Email: maskEmail(c.Email), Account: maskAll(c.Account), Device: maskAll(c.Device), Said: maskAll(c.Said)}
}

// covering stands for what is not shown.
const covering = "＊＊＊"

func maskAll(s string) string {
	if s == "" {
		return ""
	}
	return covering
}

// maskEmail leaves the first sign of a mailbox, and where it is.
func maskEmail(s string) string {
	box, where, ok := strings.Cut(s, "@")
	if !ok || box == "" {
		return maskAll(s)
	}
	return string([]rune(box)[:1]) + covering + "@" + where
}

// mayContact reports whether the actor may see who complained: those with the right in the complaint's
// unit; where the citizen asked for confidentiality, the desk alone (SH 26: the informant is kept secret).
func mayContact(actor org.Actor, c *Complaint) bool {
	return actor.Can(opContact, c.Unit) && (!c.Confidential || actor.Can(opRoute, c.Unit))
}

// Contact tells who complained, and writes down who asked and why. Returns intake.not_found,
// refused.unit, intake.confidential, and form for a reason that is missing or too long.
func (s *Service) Contact(ctx context.Context, actor org.Actor, id, reason string) (Contact, error) {
	reason = strings.TrimSpace(reason)
	f := fault.New(fault.Invalid, "form")
	required(f, "reason", reason)
	if utf8.RuneCountInString(reason) > maxReason {
		f.With("reason", "form.too_long", "max", maxReason)
	}
	if err := f.OrNil(); err != nil {
		return Contact{}, err
	}
	var contact Contact
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		parts, err := partsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if !c.shownTo(actor, parts) {
			return fault.New(fault.NotFound, "intake.not_found")
		}
		if err := actor.Must(opContact, c.Unit); err != nil {
			return err
		}
		if !mayContact(actor, c) {
			return fault.New(fault.Refused, "intake.confidential", "unit", c.Unit)
		}
		if err := org.RecordAccess(ctx, tx, actor, ref(id), "contact", reason, s.now()); err != nil {
			return err
		}
		contact, err = contactOf(ctx, tx, id)
		return err
	})
	return contact, err
}
