package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// Named is something with a name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Coded is something with a code and its title in the user's language.
type Coded struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

// Me is the person who is signed in.
type Me struct {
	ID               string `json:"id"`
	Name             string `json:"name"`
	Login            string `json:"login"`
	Kind             string `json:"kind"`
	Certificate      string `json:"certificate,omitempty"`
	CertificateUntil string `json:"certificateUntil,omitempty" doc:"last day of its validity"`
	Unit             Named  `json:"unit" doc:"in which he serves"`
}

// SessionView is who is signed in and what he may do.
type SessionView struct {
	Person             *Me        `json:"person" doc:"null: nobody is signed in"`
	Units              []Named    `json:"units" doc:"in which a role is held"`
	Roles              []Coded    `json:"roles"`
	Permissions        []string   `json:"permissions"`
	CSRF               string     `json:"csrf" doc:"to be sent as X-CSRF-Token with every command"`
	MustChangePassword bool       `json:"mustChangePassword"`
	Demo               bool       `json:"demo"`
	DemoLogins         []DemoView `json:"demoLogins,omitempty" doc:"of the demonstration, while nobody is signed in"`
	Lang               string     `json:"lang"`
}

// DemoView is a login of the demonstration.
type DemoView struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Role     string `json:"role"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
}

// SessionRow is one of my sessions.
type SessionRow struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"createdAt"`
	LastSeen  time.Time `json:"lastSeen"`
	Device    string    `json:"device"`
	Address   string    `json:"address"`
	Current   bool      `json:"current"`
}

type sessionOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      SessionView
}

type cookieOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// Operations declares signing in and out and one's own sessions and password.
func (s *Sessions) Operations(a huma.API, db *store.DB) {
	Register(a, Op{ID: "session.get", Method: http.MethodGet, Path: "/session", Public: true, Summary: "Who is signed in, and what he may do"},
		func(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
			view, err := s.view(ctx, db)
			return &sessionOutput{Body: view}, err
		})
	Register(a, Op{ID: "session.sign_in", Method: http.MethodPost, Path: "/session", Public: true, MaxBody: 16 << 10, Summary: "Sign in"},
		func(ctx context.Context, in *struct {
			UserAgent string `header:"User-Agent"`
			Body      struct {
				Login    string `json:"login" maxLength:"100"`
				Password string `json:"password" maxLength:"1000"`
			}
		}) (*sessionOutput, error) {
			req := requestOf(ctx)
			token, session, err := s.org.SignIn(ctx, org.SignIn{Login: in.Body.Login, Password: in.Body.Password, Agent: in.UserAgent, Address: req.address})
			if err != nil {
				return nil, err
			}
			if old := req.session; old != nil { // the one that this browser had
				if err := s.org.EndSession(ctx, old.Actor.Person, old.ID); err != nil && fault.KindOf(err) != fault.NotFound {
					return nil, err
				}
			}
			req.session = &session
			view, err := s.view(ctx, db)
			return &sessionOutput{SetCookie: []http.Cookie{newSessionCookie(token, req.secure)}, Body: view}, err
		})
	Register(a, Op{ID: "session.sign_out", Method: http.MethodDelete, Path: "/session", Permission: "session.self", Always: true, Summary: "Sign out"},
		func(ctx context.Context, _ *struct{}) (*cookieOutput, error) {
			req := requestOf(ctx)
			err := s.org.EndSession(ctx, req.session.Actor.Person, req.session.ID)
			return &cookieOutput{SetCookie: []http.Cookie{noSessionCookie(req.secure)}}, err
		})
	Register(a, Op{ID: "session.password", Method: http.MethodPost, Path: "/session/password", Permission: "session.self", Always: true, MaxBody: 16 << 10,
		Summary: "Change one's password; all other sessions end"},
		func(ctx context.Context, in *struct {
			Body struct {
				Old string `json:"old" maxLength:"1000"`
				New string `json:"new" maxLength:"1000"`
			}
		}) (*struct{}, error) {
			session, _ := SessionOf(ctx)
			return nil, s.org.ChangePassword(ctx, session, in.Body.Old, in.Body.New, Address(ctx))
		})
	Register(a, Op{ID: "session.list", Method: http.MethodGet, Path: "/sessions", Permission: "session.self", Always: true, Summary: "My sessions"}, s.listOp)
	Register(a, Op{ID: "session.end", Method: http.MethodDelete, Path: "/sessions/{id}", Permission: "session.self", Always: true, Summary: "End one of my sessions"},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{}, error) {
			return nil, s.org.EndSession(ctx, Actor(ctx).Person, in.ID)
		})
	Register(a, Op{ID: "session.end_all", Method: http.MethodDelete, Path: "/sessions", Permission: "session.self", Always: true, Summary: "End all my other sessions"},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			session, _ := SessionOf(ctx)
			return nil, s.org.EndSessions(ctx, session.Actor.Person, session.ID)
		})
}

func (s *Sessions) listOp(ctx context.Context, _ *struct{}) (*struct{ Body page[SessionRow] }, error) {
	session, _ := SessionOf(ctx)
	list, err := s.org.Sessions(ctx, session.Actor.Person)
	out := &struct{ Body page[SessionRow] }{page[SessionRow]{Items: []SessionRow{}}}
	for _, l := range list {
		out.Body.Items = append(out.Body.Items, SessionRow{ID: l.ID, CreatedAt: l.CreatedAt, LastSeen: l.SeenAt, Device: l.Agent, Address: l.Address, Current: l.ID == session.ID})
	}
	return out, err
}

// page is a list as all lists are answered.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next" doc:"cursor of the next page; empty on the last"`
}

func (s *Sessions) view(ctx context.Context, db *store.DB) (SessionView, error) {
	lang := Lang(ctx)
	v := SessionView{Units: []Named{}, Roles: []Coded{}, Permissions: []string{}, Demo: s.opts.Demo, Lang: lang}
	session, ok := SessionOf(ctx)
	if !ok {
		if s.opts.Demo {
			for _, d := range org.DemoLogins() {
				v.DemoLogins = append(v.DemoLogins, DemoView{Login: d.Login, Password: d.Password, Role: words.Text(lang, "role."+d.Role, nil), Name: d.Name, Unit: d.Unit})
			}
		}
		return v, nil
	}
	a := session.Actor
	v.CSRF, v.MustChangePassword, v.Permissions = session.CSRF, session.MustChange, append(v.Permissions, a.Permissions()...)
	v.Person = &Me{ID: a.Person, Name: a.Name, Login: a.Login, Kind: a.Kind, Certificate: a.Certificate.No, Unit: Named{ID: a.Home}}
	if a.Certificate.No != "" {
		v.Person.CertificateUntil = a.Certificate.Valid.String()
	}
	ids := []string{a.Home}
	for _, g := range a.Grants {
		ids = append(ids, g.Unit)
	}
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		names, err := org.UnitNames(ctx, tx, ids...)
		v.Person.Unit.Name = names[a.Home]
		seenUnit, seenRole := map[string]bool{}, map[string]bool{}
		for _, g := range a.Grants {
			if !seenUnit[g.Unit] {
				v.Units = append(v.Units, Named{g.Unit, names[g.Unit]})
			}
			if !seenRole[g.Role] {
				v.Roles = append(v.Roles, Coded{g.Role, words.Text(lang, "role."+g.Role, nil)})
			}
			seenUnit[g.Unit], seenRole[g.Role] = true, true
		}
		return err
	})
	return v, err
}
