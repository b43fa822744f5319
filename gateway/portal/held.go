package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"time"
)

// What somebody fills in or looks at lies with us between two pages, so that each of them can be asked for again: Back, another
// language, larger letters. Its address is a token that nobody guesses; the key of the content comes from it and from our secret,
// and the table knows its digest alone.

// Kinds of what is held, and for how long. Pictures that wait are kept as long as a draft and longer.
const (
	aDraft   = "draft" // a report that is not sent yet, and for a while what came of it
	aVisit   = "visit" // number and code of whoever looks at his complaint
	draftFor = 24 * time.Hour
	sentFor  = 2 * time.Hour
	visitFor = time.Hour
)

// tokenOf makes the token of a draft from the mark of the form that it began with: the form sent again, after Back, is the same draft.
func (g *Gateway) tokenOf(once string) string {
	mac := hmac.New(sha256.New, keyFor(g.Key, "token"))
	mac.Write([]byte(once))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:20])
}

func heldID(kind, token string) string {
	sum := sha256.Sum256([]byte(kind + " " + token))
	return hex.EncodeToString(sum[:])
}

// keep holds a value under a token until a moment.
func (g *Gateway) keep(ctx context.Context, kind, token string, v any, until time.Time) error {
	content, err := g.seal(kind+" "+token, v)
	if err != nil {
		return err
	}
	return g.Shelf.Keep(ctx, heldID(kind, token), content, until)
}

// find reads what is held under a token; false where nothing is any more.
func (g *Gateway) find(ctx context.Context, kind, token string, into any) (bool, error) {
	if len(token) > 64 {
		return false, nil
	}
	content, err := g.Shelf.Find(ctx, heldID(kind, token))
	if err != nil || content == "" {
		return false, err
	}
	_, ok := g.unseal(kind+" "+token, content, draftFor+time.Hour, into)
	return ok, nil
}
