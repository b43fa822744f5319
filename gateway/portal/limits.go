package portal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"jiexu/gateway"
	"jiexu/law"
	"jiexu/org"
)

// Limits are settings of the office; see org.PortalLimits. These stand beside them.
const (
	looksPerPost    = 10 // times as many looks at a draft as reports may be sent
	draftsPerReport = 3  // times as many may be begun
	totalOf         = "all"
)

// hour and day are the names of the stretches that are counted.
func hour(now time.Time) string { return now.In(law.Shanghai).Format("2006-01-02T15") }
func day(now time.Time) string  { return now.In(law.Shanghai).Format("2006-01-02") }

// digest hides who is counted, under a key of the day.
func (g *Gateway) digest(what, who string) string {
	mac := hmac.New(sha256.New, keyFor(g.Key, "counts "+day(g.Now())))
	mac.Write([]byte(what + " " + who))
	return hex.EncodeToString(mac.Sum(nil)[:12])
}

func limit(bucket, subject string, most int) gateway.Limit {
	return gateway.Limit{Bucket: bucket, Subject: subject, Most: most}
}

// looking is the limit of who fills in and looks, from one address.
func (g *Gateway) looking(ctx context.Context, l org.PortalLimits) gateway.Limit {
	return limit(hour(g.Now()), g.digest("looks", g.Address(ctx)), l.PerAddressHour*looksPerPost)
}

// beginning is the limit of reports that are begun from one address, for each of them is held for a day.
func (g *Gateway) beginning(ctx context.Context, l org.PortalLimits) gateway.Limit {
	return limit(day(g.Now()), g.digest("drafts", g.Address(ctx)), l.PerAddressDay*draftsPerReport)
}

// guessing is the limit of wrong codes from one address.
func (g *Gateway) guessing(ctx context.Context, l org.PortalLimits) gateway.Limit {
	return limit(hour(g.Now()), g.digest("codes", g.Address(ctx)), l.Codes)
}

// sending are the limits of who sends a report or follows one.
func (g *Gateway) sending(ctx context.Context, l org.PortalLimits, d *draft) []gateway.Limit {
	now, from := g.Now(), g.digest("reports", g.Address(ctx))
	out := []gateway.Limit{limit(hour(now), from, l.PerAddressHour), limit(day(now), from, l.PerAddressDay), limit(hour(now), totalOf, l.PerHour)}
	for _, who := range d.contacts() {
		out = append(out, limit(day(now), g.digest("contact", who), l.PerContactDay))
	}
	return out
}

func digits(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	}
	return -1
}

// Sweep forgets the counts of the days before yesterday, and what was held for as long as it should.
func (g *Gateway) Sweep(ctx context.Context) error {
	if err := g.Shelf.Forget(ctx); err != nil {
		return err
	}
	return g.Counts.Forget(ctx, day(g.Now().AddDate(0, 0, -1)))
}
