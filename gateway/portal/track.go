package portal

import (
	"errors"
	"net/http"
	"strings"

	"jiexu/fault"
	"jiexu/systems/intake"
)

// pass is the number and the code of whoever looks at his complaint, sealed in his page so that he need not type them again.
type pass struct {
	Number string `json:"n"`
	Code   string `json:"c"`
}

// asking is the page that asks for number and code.
type asking struct{ Number string }

func (g *Gateway) ask(c *call) (string, int, error) {
	c.title = c.T("portal.track")
	_, phone, err := g.Settings(c.Context())
	c.Phone, c.Body = phone, asking{}
	return "ask", http.StatusOK, err
}

// track shows how far a complaint is. Number and code are sent, never part of an address.
func (g *Gateway) track(c *call) (string, int, error) {
	l, err := g.ready(c)
	if err != nil {
		return "", 0, err
	}
	f, err := readForm(c.w, c.Request, nil)
	if err != nil {
		return "", 0, err
	}
	p := pass{strings.TrimSpace(f.text("number")), f.text("code")}
	if t := f.text("pass"); t != "" {
		if _, ok := g.unseal(forPass, t, passFor, &p); !ok {
			return "", 0, fault.New(fault.Invalid, "portal.expired")
		}
		return g.status(c, p, "", http.StatusOK)
	}
	over, err := g.Counts.Over(c.Context(), g.guessing(c.Context(), l))
	if err == nil && over {
		err = c.busy()
	}
	if err != nil {
		return "", 0, err
	}
	page, status, err := g.status(c, p, "", http.StatusOK)
	if fault.Is(err, "intake.code_wrong") {
		if _, err := g.Counts.Take(c.Context(), g.guessing(c.Context(), l)); err != nil {
			return "", 0, err
		}
		c.title, c.Body = c.T("portal.track"), asking{clip(p.Number, 60)}
		c.Wrong = []wrong{{"code", c.T("intake.code_wrong")}}
		return "ask", http.StatusUnprocessableEntity, nil
	}
	return page, status, err
}

// standing is the page of a complaint.
type standing struct {
	*intake.Tracked
	Pass string
	Said string // what was just done
	Text string // that was filled in and not taken
}

// Informant reports whether it is the page of who reported it.
func (s standing) Informant() bool { return s.Part == intake.Informant }

// Ratings are what may be said of an answer, the best first.
func (standing) Ratings() []string {
	return []string{"solved", "solved_basically", "solved_unsatisfied", "unsolved"}
}

func (g *Gateway) status(c *call, p pass, said string, status int) (string, int, error) {
	seen, err := g.Intake.Track(c.Context(), p.Number, p.Code, c.Lang)
	if err != nil {
		return "", 0, err
	}
	token, err := g.seal(forPass, p)
	if err != nil {
		return "", 0, err
	}
	c.title = c.T("portal.status_of", "number", seen.Number)
	c.Body = standing{Tracked: seen, Pass: token, Said: said}
	return "status", status, nil
}

// act does what the page of a complaint offers, and shows it again.
func (g *Gateway) act(c *call) (string, int, error) {
	if _, err := g.ready(c); err != nil {
		return "", 0, err
	}
	f, err := readForm(c.w, c.Request, nil)
	if err != nil {
		return "", 0, err
	}
	var p pass
	if _, ok := g.unseal(forPass, f.text("pass"), passFor, &p); !ok {
		return "", 0, fault.New(fault.Invalid, "portal.expired")
	}
	said, field := "", ""
	switch f.text("do") {
	case "rate":
		said, field = "portal.rated", "rating"
		err = g.Intake.Rate(c.Context(), p.Number, p.Code, f.text("satisfaction"), clip(f.text("note"), 1001))
	case "reopen":
		said, field = "portal.reopened", "reason"
		err = g.Intake.Reopen(c.Context(), p.Number, p.Code, clip(f.text("reason"), 1001))
	case "erase":
		said, field = "portal.erased", "erase"
		err = g.Intake.WithdrawContact(c.Context(), p.Number, p.Code)
	case "unfollow":
		if err = g.Intake.Unfollow(c.Context(), p.Number, p.Code); err == nil {
			c.title = c.T("portal.unfollowed")
			c.Body = message{Title: c.title, Text: c.T("portal.unfollowed_text"), Link: "/portal", LinkText: c.T("portal.to_start")}
			return "message", http.StatusOK, nil
		}
	}
	var no *fault.Error
	if err != nil && (!errors.As(err, &no) || no.Kind != fault.Invalid && no.Kind != fault.Refused && no.Kind != fault.Conflict) {
		return "", 0, err
	}
	if no == nil {
		return g.status(c, p, said, http.StatusOK)
	}
	if no.Code == "procedure.not_now" || no.Code == "changed_meanwhile" || len(no.Fields) == 1 && no.Fields[0].Code == "need.rated_once" {
		return g.status(c, p, "portal.done_already", http.StatusOK) // sent twice, or it moved on meanwhile: the page says how it stands
	}
	page, _, err := g.status(c, p, "", 0)
	text := c.T(no.Code)
	if len(no.Fields) > 0 {
		text = c.T(no.Fields[0].Code, pairs(no.Fields[0].Params)...)
	}
	c.Wrong = []wrong{{field, text}}
	if s, ok := c.Body.(standing); ok {
		s.Text = clip(f.text("reason")+f.text("note"), 2000)
		c.Body = s
	}
	return page, http.StatusUnprocessableEntity, err
}
