package portal

import (
	"crypto/rand"
	"net/http"
	"strings"

	"jiexu/fault"
	"jiexu/systems/intake"
)

// pass is the number and the code of whoever looks at his complaint.
type pass struct {
	Number string `json:"n"`
	Code   string `json:"c"`
}

// visit is somebody's look at his complaint, as it is held between its pages.
type visit struct {
	pass
	Unknown bool      `json:"u,omitempty"`    // there is no such number with this code; the code is not kept then
	Said    string    `json:"said,omitempty"` // what was just done
	Wrong   []problem `json:"w,omitempty"`
	Text    string    `json:"t,omitempty"` // that was filled in and not taken
}

// asking is the page that asks for number and code.
type asking struct{ Number string }

func (g *Gateway) ask(c *call) (string, int, error) {
	c.title, c.Body = c.T("portal.track"), asking{}
	return "ask", http.StatusOK, nil
}

// track looks for a complaint. Number and code are sent, never part of an address; the page of the look has one that holds an hour.
func (g *Gateway) track(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	f, err := g.read(c, nil)
	if err != nil {
		return "", 0, err
	}
	p := pass{clip(strings.TrimSpace(f.text("number")), 100), clip(f.text("code"), 100)}
	if t := f.text("pass"); t != "" {
		if _, ok := g.unseal(forPass, t, passFor, &p); !ok {
			return "", 0, fault.New(fault.NotFound, "portal.visit_over")
		}
		return g.visiting(c, rand.Text(), visit{pass: p})
	}
	over, err := g.Counts.Over(c.Context(), g.guessing(c.Context(), l))
	if err == nil && over {
		err = c.busy()
	}
	if err != nil {
		return "", 0, err
	}
	_, err = g.Intake.Track(c.Context(), p.Number, p.Code, c.Lang)
	if fault.Is(err, "intake.code_wrong") {
		if _, err := g.Counts.Take(c.Context(), g.guessing(c.Context(), l)); err != nil {
			return "", 0, err
		}
		return g.visiting(c, rand.Text(), visit{pass: pass{Number: p.Number}, Unknown: true})
	}
	if err != nil {
		return "", 0, err
	}
	return g.visiting(c, rand.Text(), visit{pass: p})
}

// visiting holds a look, and leads to its page.
func (g *Gateway) visiting(c *call, token string, v visit) (string, int, error) {
	if err := g.keep(c.Context(), aVisit, token, v, g.Now().Add(visitFor)); err != nil {
		return "", 0, err
	}
	page := "/track/visit/" + token
	if len(v.Wrong) == 0 && v.Said != "" {
		page += "#said"
	}
	return c.goTo(page)
}

// visitOf finds the look of a page's address. Returns portal.visit_over.
func (g *Gateway) visitOf(c *call) (v visit, token string, err error) {
	token = c.PathValue("visit")
	ok, err := g.find(c.Context(), aVisit, token, &v)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "portal.visit_over")
	}
	return v, token, err
}

// standing is the page of a complaint.
type standing struct {
	*intake.Tracked
	Path string
	Said string // what was just done
	Text string // that was filled in and not taken
}

// Informant reports whether it is the page of who reported it.
func (s standing) Informant() bool { return s.Part == intake.Informant }

// Ratings are what may be said of an answer, the best first.
func (standing) Ratings() []string {
	return []string{"solved", "solved_basically", "solved_unsatisfied", "unsolved"}
}

// visit shows how far a complaint is, or asks again where there is none.
func (g *Gateway) visit(c *call) (string, int, error) {
	v, token, err := g.visitOf(c)
	if err != nil {
		return "", 0, err
	}
	if v.Unknown {
		c.title, c.Body = c.T("portal.track"), asking{v.Number}
		c.Wrong = []wrong{{"code", c.T("portal.code_wrong")}}
		return "ask", http.StatusUnprocessableEntity, nil
	}
	seen, err := g.Intake.Track(c.Context(), v.Number, v.Code, c.Lang)
	if fault.Is(err, "intake.code_wrong") { // he follows it no more
		err = fault.New(fault.NotFound, "portal.visit_over")
	}
	if err != nil {
		return "", 0, err
	}
	c.title = c.T("portal.status_of", "number", seen.Number)
	c.Body = standing{Tracked: seen, Path: "/track/visit/" + token, Said: v.Said, Text: v.Text}
	status := http.StatusOK
	if c.Wrong = c.spell(v.Wrong, intake.PublicService{}); len(c.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return "status", status, nil
}

// act does what the page of a complaint offers, and leads back to it.
func (g *Gateway) act(c *call) (string, int, error) {
	if _, err := g.ready(c); err != nil {
		return "", 0, err
	}
	v, token, err := g.visitOf(c)
	if err != nil {
		return "", 0, err
	}
	f, err := g.read(c, nil)
	if err != nil {
		return "", 0, err
	}
	done, field := "", ""
	switch f.text("do") {
	case "rate":
		done, field = "portal.rated", "rating"
		err = g.Intake.Rate(c.Context(), v.Number, v.Code, f.text("satisfaction"), clip(f.text("note"), 1001))
	case "reopen":
		done, field = "portal.reopened", "reason"
		err = g.Intake.Reopen(c.Context(), v.Number, v.Code, clip(f.text("reason"), 1001))
	case "erase":
		done, field = "portal.erased", "erase"
		err = g.Intake.WithdrawContact(c.Context(), v.Number, v.Code)
	case "unfollow":
		if err = g.Intake.Unfollow(c.Context(), v.Number, v.Code); err == nil {
			if err := g.Shelf.Drop(c.Context(), heldID(aVisit, token)); err != nil {
				return "", 0, err
			}
			return c.goTo("/track/gone")
		}
	}
	after := visit{pass: v.pass, Said: done}
	if err == nil {
		return g.visiting(c, token, after)
	}
	no, ok := said(err)
	if !ok || no.Kind != fault.Invalid && no.Kind != fault.Refused && no.Kind != fault.Conflict {
		return "", 0, err
	}
	if no.Code == "procedure.not_now" || no.Code == "changed_meanwhile" || len(no.Fields) == 1 && no.Fields[0].Code == "need.rated_once" {
		after.Said = "portal.done_already" // sent twice, or it moved on meanwhile: the page says how it stands
		return g.visiting(c, token, after)
	}
	after.Said, after.Text = "", clip(f.text("reason")+f.text("note"), 2000)
	if after.Wrong = blamed(nil, no); len(after.Wrong) == 0 {
		after.Wrong = []problem{{Field: field, Code: no.Code, Params: no.Params}}
	}
	for i, p := range after.Wrong {
		if phrases[p.Field] == nil { // a need of the step, and no box
			after.Wrong[i].Field = field
		}
	}
	return g.visiting(c, token, after)
}

// unfollowed says that a code is no longer one.
func (g *Gateway) unfollowed(c *call) (string, int, error) {
	c.title = c.T("portal.unfollowed")
	c.Body = message{Title: c.title, Code: "portal.unfollowed_text", Link: "/portal", LinkText: c.T("portal.to_start")}
	return "message", http.StatusOK, nil
}
