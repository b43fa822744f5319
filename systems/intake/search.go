package intake

import (
	"fmt"
	"slices"

	"jiexu/org"
	"jiexu/store"
)

// search finds words in what complaints say and, where phones allows it, a whole telephone number in who said it, for those
// who may see that. The number itself is nowhere: it is found by its keyed digest.
func (s *Service) search(tx *store.Tx, actor org.Actor, w *store.Where, q string, phones bool, in store.Span) {
	hash := ""
	if phones && looksLikePhone(q) && actor.CanAnywhere(opContact) {
		hash = s.phoneHash(q)
	}
	if hash == "" {
		cond, args := tx.MatchingIn("c.id", Type, q, in, w.Next())
		w.Raw(cond, args)
		return
	}
	// One set of both, so that a few hits are looked up and the list is not read through for them.
	cond, args := tx.MatchingIn("s.id", Type, q, in, w.Next())
	next := w.Next() + len(args)
	mine, mineArgs := org.ScopeSQL(actor, opContact, "p.unit", next+1)
	desk, deskArgs := org.ScopeSQL(actor, opRoute, "p.unit", next+1+len(mineArgs))
	w.Raw(fmt.Sprintf(`c.id IN (SELECT s.id FROM intake_complaints s WHERE %s UNION SELECT p.id FROM intake_contacts k JOIN intake_complaints p ON p.id = k.complaint
		WHERE k.phone_hash = $%d AND k.phone_hash <> '' AND %s AND (NOT p.confidential OR %s))`, cond, next, mine, desk), slices.Concat(args, []any{hash}, mineArgs, deskArgs))
}

// snippetWidth is how many characters a list shows of what was found.
const snippetWidth = 60
