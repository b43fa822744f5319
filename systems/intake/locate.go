package intake

import (
	"context"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
)

// From which confidence on a text's place is proposed to the desk, and how near it must be to be
// shown as a point.
const (
	sureEnough = 0.4
	nearEnough = 500 // metres
)

// atBorder is how far outside of its outline a point still counts as the district's, in metres: the
// outline is drawn no better than that, and the far pavement of a border road is complained about too.
const atBorder = 100

// inDistrict returns the faults of place.District.Check, with leave for the border.
func inDistrict(d *place.District, p place.Point) error {
	err := d.Check(p)
	if fault.Is(err, "place.outside") && d.Distance(p) <= atBorder {
		return nil
	}
	return err
}

// Inside returns place.outside, place.swapped and the other faults of coordinates that are none of the district's, with leave for
// its border.
func (s *Service) Inside(ctx context.Context, tx *store.Tx, lon, lat float64) error {
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return err
	}
	return inDistrict(ground.District, place.Point{Lon: lon, Lat: lat})
}

// areaAt is the area that a point lies in, or whose border it is just outside of.
func areaAt(ground *area.Ground, p place.Point) (place.Area, bool) {
	if near := ground.Areas.FindNear(p, atBorder); len(near) > 0 {
		return near[0].Area, true
	}
	return place.Area{}, false
}

// locate proposes where a complaint is and whose it is: by its coordinates, else by the names in its
// address, else by those in its whole text. The desk confirms it by routing.
func (s *Service) locate(ctx context.Context, tx *store.Tx, ground *area.Ground, c *Complaint) error {
	knowing := func(texts ...string) (*place.Gazetteer, error) { return ground.Knowing(ctx, tx, texts...) }
	if err := locate(ground, knowing, c); err != nil || !c.told {
		return err
	}
	g, err := knowing(c.Address, c.Title, c.Text)
	if err == nil {
		c.takenOver(g)
	}
	return err
}

// locate is that with what is known of the names in texts.
func locate(ground *area.Ground, knowing func(texts ...string) (*place.Gazetteer, error), c *Complaint) error {
	if c.Lon != nil && c.Lat != nil {
		if at, ok := areaAt(ground, place.Point{Lon: *c.Lon, Lat: *c.Lat}); ok {
			c.StreetCode, c.ProposedUnit, c.sure = at.Code, at.Unit, 1
		}
		return nil
	}
	g, err := knowing(c.Address)
	if err != nil || c.found(ground, g.Locate(c.Address)) {
		return err
	}
	if g, err = knowing(c.Address, c.Title, c.Text); err == nil { // these are long, and seldom needed
		c.found(ground, g.Locate(c.Title+"。"+c.Address+"。"+c.Text))
	}
	return err
}

// found takes over the best of what a text may mean, if it is sure enough.
func (c *Complaint) found(ground *area.Ground, proposals []place.Proposal) bool {
	if len(proposals) == 0 || proposals[0].Confidence < sureEnough {
		return false
	}
	best := proposals[0]
	c.LocatedBy, c.StreetCode, c.ProposedUnit, c.sure = ByText, best.StreetCode, ground.UnitOf(best.StreetCode), best.Confidence
	if best.Within <= nearEnough {
		c.Lon, c.Lat, c.within = &best.Point.Lon, &best.Point.Lat, uncertain(best)
	}
	return true
}

// namedToo is how sure it is whose a place is, where the text names the street and a person took it over: two who say so.
const namedToo = 0.9

// takenOver finds that the pin which a person sent is the one that we proposed: it is no surer, and no more exact, than we were.
func (c *Complaint) takenOver(g *place.Gazetteer) {
	const same = 5 // metres
	at := place.Point{Lon: *c.Lon, Lat: *c.Lat}
	for _, text := range []string{c.Address, c.Title + "。" + c.Address + "。" + c.Text, c.Address + " " + c.Text} {
		for _, p := range g.Locate(text) {
			if place.Distance(p.Point, at) <= same {
				c.LocatedBy, c.sure, c.within, c.told = ByText, p.Confidence, uncertain(p), false
				if p.Named {
					c.sure = max(c.sure, namedToo)
				}
				return
			}
		}
	}
}

// uncertain is the circle about a proposal in which the place may be another squad's: none where the text itself says whose street it is, or
// where it is too vague for a pin.
func uncertain(p place.Proposal) float64 {
	if p.Named || p.Within > nearEnough {
		return 0
	}
	return p.Within
}

// Proposed is a place that a text or a point may mean, and the unit that answers for it.
type Proposed struct {
	place.Proposal
	Unit     string `json:"unit,omitempty"`
	UnitName string `json:"unitName,omitempty"`
}

// AtBorder are the units that a place is offered to, where there are several, and why.
type AtBorder struct {
	Units []Named `json:"units"`
	Why   string  `json:"why"`
}

// Locate proposes places for a text, or says whose a point is; where the first of them is at a border it says so. Returns the faults of
// a point that is none of the district.
func (s *Service) Locate(ctx context.Context, actor org.Actor, text string, p *place.Point, lang string) (out []Proposed, border *AtBorder, err error) {
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		ground, err := s.atlas.Ground(ctx, tx)
		if err != nil {
			return err
		}
		proposals := []place.Proposal{}
		if p == nil {
			g, err := ground.Knowing(ctx, tx, text)
			if err != nil {
				return err
			}
			proposals = g.Locate(text)
		} else if err := inDistrict(ground.District, *p); err != nil {
			return err
		} else if at, ok := areaAt(ground, *p); ok {
			proposals = append(proposals, place.Proposal{Point: *p, StreetCode: at.Code, StreetName: at.Name, Confidence: 1, Matched: []string{}, Why: "intake.why_point"})
		}
		var sides []string
		var units []string
		if len(proposals) > 0 {
			metres, err := borderMetres(ctx, tx, actor.HomeUnit())
			if err != nil {
				return err
			}
			var why BorderWhy
			first := &Complaint{Lon: &proposals[0].Point.Lon, Lat: &proposals[0].Point.Lat}
			if p == nil {
				first.within = uncertain(proposals[0])
			}
			if sides, why = bordering(ground, first, metres); sides != nil && (p != nil || proposals[0].Within <= nearEnough) {
				border = &AtBorder{Units: []Named{}, Why: why.text(lang)}
			}
		}
		for _, proposal := range proposals {
			unit := ground.UnitOf(proposal.StreetCode)
			units = append(units, unit)
			out = append(out, Proposed{Proposal: proposal, Unit: unit})
		}
		names, err := org.UnitNames(ctx, tx, append(units, sides...)...)
		for i := range out {
			out[i].UnitName = names[out[i].Unit]
		}
		if border != nil {
			for _, unit := range sides {
				border.Units = append(border.Units, Named{unit, names[unit]})
			}
		}
		return err
	})
	return out, border, err
}
