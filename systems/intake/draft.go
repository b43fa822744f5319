package intake

import (
	"context"
	"strings"

	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

// Draft is a complaint while it is being taken down: what is known of it so far. Nothing of it is kept.
type Draft struct {
	Title        string   `json:"title,omitempty" maxLength:"200"`
	Content      string   `json:"content" maxLength:"5000"`
	Address      string   `json:"address,omitempty" maxLength:"300"`
	Channel      string   `json:"channel,omitempty" maxLength:"20"`
	Kind         string   `json:"kind,omitempty" maxLength:"20"`
	Category     string   `json:"category,omitempty" maxLength:"100"`
	Urgent       bool     `json:"urgent,omitempty"`
	Confidential bool     `json:"confidential,omitempty"`
	Lon          *float64 `json:"lon,omitempty" doc:"WGS-84; with lat, or not at all"`
	Lat          *float64 `json:"lat,omitempty"`
}

func (d Draft) complaint() *Complaint {
	c := &Complaint{Title: strings.TrimSpace(d.Title), Text: strings.TrimSpace(d.Content), Address: strings.TrimSpace(d.Address), Channel: d.Channel, Kind: d.Kind,
		Category: d.Category, Urgent: d.Urgent, Confidential: d.Confidential}
	if c.Title == "" {
		c.Title = firstSentence(c.Text)
	}
	if d.Lon != nil && d.Lat != nil && (place.Point{Lon: *d.Lon, Lat: *d.Lat}).Check() == nil {
		c.Lon, c.Lat, c.LocatedBy, c.told = d.Lon, d.Lat, ByCoordinates, true
	}
	return c
}

// Read says what a complaint that is being taken down is about, and where the routing rules would have it go if it were registered
// as it stands. Returns refused.unit for who registers nowhere.
func (s *Service) Read(ctx context.Context, actor org.Actor, draft Draft, lang string) (out *Reading, err error) {
	unit, err := registeringUnit(actor, "")
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		c := draft.complaint()
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		chosen := c.Category
		g, err := s.understand(ctx, tx, ground, c)
		if err != nil {
			return err
		}
		c.Unit = unit
		rules, err := s.rulesOn(ctx, tx, unit)
		if err == nil {
			err = s.propose(ctx, tx, rules, ground, c)
		}
		if err != nil {
			return err
		}
		out = g.read(chosen, law.On(s.now()), lang)
		names, err := org.UnitNames(ctx, tx, (&file{Complaint: c}).mentioned()...)
		out.Rule = c.Proposal.view(names, lang)
		return err
	})
	return out, err
}
