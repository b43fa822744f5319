package api

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/words"
)

// UnitView is a unit with those below it.
type UnitView struct {
	ID       string     `json:"id"`
	Parent   *string    `json:"parent"`
	Kind     string     `json:"kind"`
	Code     string     `json:"code"`
	Name     string     `json:"name"`
	Short    string     `json:"short"`
	Outside  bool       `json:"outside"`
	Lon      *float64   `json:"lon"`
	Lat      *float64   `json:"lat"`
	Rev      int64      `json:"rev"`
	Children []UnitView `json:"children"`
}

func unitView(u org.Unit) UnitView {
	v := UnitView{ID: u.ID, Kind: u.Kind, Code: u.Code, Name: u.Name, Short: u.Short, Outside: u.Outside, Lon: u.Lon, Lat: u.Lat, Rev: u.Rev, Children: []UnitView{}}
	if u.Parent != "" {
		v.Parent = &u.Parent
	}
	return v
}

// unitTree hangs the units of a list under one another.
func unitTree(list []org.Unit, parent string) []UnitView {
	out := []UnitView{}
	for _, u := range list {
		if u.Parent == parent {
			v := unitView(u)
			v.Children = unitTree(list, u.ID)
			out = append(out, v)
		}
	}
	return out
}

// RoleHeld is a role that a person holds in a unit.
type RoleHeld struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Unit  string `json:"unit"`
	Grant string `json:"grant" doc:"id, to end it"`
	Until string `json:"until,omitempty" doc:"last day"`
}

// PersonView is a person as the list of people shows him.
type PersonView struct {
	ID               string     `json:"id"`
	Name             string     `json:"name"`
	Login            string     `json:"login"`
	Kind             string     `json:"kind"`
	KindTitle        string     `json:"kindTitle"`
	Certificate      string     `json:"certificate,omitempty"`
	CertificateUntil string     `json:"certificateUntil,omitempty"`
	CertificateValid bool       `json:"certificateValid" doc:"today"`
	Auxiliary        bool       `json:"auxiliary"`
	Unit             string     `json:"unit"`
	UnitName         string     `json:"unitName"`
	Roles            []RoleHeld `json:"roles"`
	Active           bool       `json:"active"`
	Rev              int64      `json:"rev"`
}

func personView(l org.Listed, lang string, today law.Date) PersonView {
	v := PersonView{ID: l.ID, Name: l.Name, Login: l.Login, Kind: l.Kind, KindTitle: words.Text(lang, "person_kind."+l.Kind, nil), Certificate: l.Certificate,
		CertificateValid: org.Certificate{No: l.Certificate, Valid: l.CertificateUntil}.ValidOn(today), Auxiliary: l.Kind == org.Auxiliary,
		Unit: l.Unit, UnitName: l.UnitName, Roles: []RoleHeld{}, Active: !l.Disabled, Rev: l.Rev}
	if l.Certificate != "" {
		v.CertificateUntil = l.CertificateUntil.String()
	}
	for _, g := range l.Roles {
		held := RoleHeld{Code: g.Role, Title: words.Text(lang, "role."+g.Role, nil), Unit: g.Unit, Grant: g.ID}
		if !g.To.IsZero() {
			held.Until = g.To.String()
		}
		v.Roles = append(v.Roles, held)
	}
	return v
}

// RoleView is a row of the role table.
type RoleView struct {
	Code        string   `json:"code"`
	Title       string   `json:"title"`
	About       string   `json:"about"`
	Permissions []string `json:"permissions"`
}

// PersonInput is what an administrator fills in about a person.
type PersonInput struct {
	Login            string   `json:"login,omitempty" maxLength:"40" doc:"when added; it stays"`
	Name             string   `json:"name" maxLength:"60"`
	Kind             string   `json:"kind" enum:"officer,auxiliary,staff,outside"`
	Unit             string   `json:"unit" maxLength:"40"`
	Certificate      string   `json:"certificate,omitempty" maxLength:"40"`
	CertificateUntil law.Date `json:"certificateUntil,omitzero"`
	Lang             string   `json:"lang,omitempty" enum:"zh-CN,en"`
	Active           *bool    `json:"active,omitempty"`
	Roles            []Held   `json:"roles,omitempty" maxItems:"20" doc:"when added"`
}

// Held is a role to be given in a unit.
type Held struct {
	Role string   `json:"role" maxLength:"40"`
	Unit string   `json:"unit" maxLength:"40"`
	From law.Date `json:"from,omitzero"`
	To   law.Date `json:"to,omitzero"`
}

func (in PersonInput) person() org.Person {
	return org.Person{Login: in.Login, Name: in.Name, Kind: in.Kind, Unit: in.Unit, Certificate: in.Certificate,
		CertificateUntil: in.CertificateUntil, Lang: in.Lang, Disabled: in.Active != nil && !*in.Active}
}

// RefusalView is an operation that somebody was refused.
type RefusalView struct {
	At         time.Time `json:"at"`
	PersonName string    `json:"personName"`
	Operation  string    `json:"operation"`
	Subject    string    `json:"subject,omitempty"`
	Reason     string    `json:"reason"`
	Code       string    `json:"code"`
	Address    string    `json:"address,omitempty"`
}

// Org offers units, people, roles, settings and refusals over HTTP.
type Org struct {
	svc *org.Service
	db  *store.DB
	now func() time.Time
}

// NewOrg makes it; now is the clock by which certificates are valid.
func NewOrg(svc *org.Service, db *store.DB, now func() time.Time) *Org {
	return &Org{svc: svc, db: db, now: now}
}

// PathID is the id in a path.
type PathID struct {
	ID string `path:"id" maxLength:"40"`
}

type unitOutput struct{ Body UnitView }
type peopleOutput struct{ Body page[PersonView] }
type personOutput struct{ Body PersonView }

// Operations declares them.
func (o *Org) Operations(a huma.API) {
	o.keyOperations(a)
	Register(a, Op{ID: "org.units", Method: http.MethodGet, Path: "/org/units", Permission: "org.read", Summary: "All units, as a tree"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body page[UnitView] }, error) {
			out := &struct{ Body page[UnitView] }{}
			return out, o.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				list, err := org.Units(ctx, tx)
				out.Body.Items = unitTree(list, "")
				return err
			})
		})
	Register(a, Op{ID: "org.create_unit", Method: http.MethodPost, Path: "/org/units", Permission: "org.units", Status: http.StatusCreated, Summary: "Add a unit"}, o.createUnit)
	Register(a, Op{ID: "org.change_unit", Method: http.MethodPatch, Path: "/org/units/{id}", Permission: "org.units", Command: true, Summary: "Rename a unit"}, o.changeUnit)
	Register(a, Op{ID: "org.move_unit", Method: http.MethodPost, Path: "/org/units/{id}/move", Permission: "org.units", Command: true, Summary: "Hang a unit under another"},
		func(ctx context.Context, in *struct {
			PathID
			Body struct {
				Parent string `json:"parent" maxLength:"40"`
			}
		}) (*unitOutput, error) {
			u, err := o.svc.MoveUnit(ctx, Actor(ctx), in.ID, in.Body.Parent, Rev(ctx))
			return &unitOutput{unitView(u)}, err
		})
	Register(a, Op{ID: "org.people", Method: http.MethodGet, Path: "/org/people", Permission: "org.read", Summary: "People, of a unit and all below it"}, o.people)
	Register(a, Op{ID: "org.add_person", Method: http.MethodPost, Path: "/org/people", Permission: "org.people", Status: http.StatusCreated,
		Summary: "Add a person; the answer holds a password to be told once"}, o.addPerson)
	Register(a, Op{ID: "org.change_person", Method: http.MethodPatch, Path: "/org/people/{id}", Permission: "org.people", Command: true, Summary: "Change or disable a person"},
		func(ctx context.Context, in *struct {
			PathID
			Body PersonInput
		}) (*personOutput, error) {
			p := in.Body.person()
			p.ID = in.ID
			p, err := o.svc.ChangePerson(ctx, Actor(ctx), p, Rev(ctx))
			if err != nil {
				return nil, err
			}
			return o.person(ctx, p)
		})
	Register(a, Op{ID: "org.reset_password", Method: http.MethodPost, Path: "/org/people/{id}/password", Permission: "org.people",
		Summary: "Give a person a new password, to be told once and changed at the next sign-in"},
		func(ctx context.Context, in *PathID) (*struct {
			Body struct {
				Password string `json:"password"`
			}
		}, error) {
			out := &struct {
				Body struct {
					Password string `json:"password"`
				}
			}{}
			var err error
			out.Body.Password, err = o.svc.ResetPassword(ctx, Actor(ctx), in.ID)
			return out, err
		})
	Register(a, Op{ID: "org.grant", Method: http.MethodPost, Path: "/org/people/{id}/grants", Permission: "org.grants", Status: http.StatusCreated, Summary: "Give a person a role in a unit"},
		func(ctx context.Context, in *struct {
			PathID
			Body Held
		}) (*struct{ Body RoleHeld }, error) {
			g, err := o.svc.Grant(ctx, Actor(ctx), org.Grant{Person: in.ID, Role: in.Body.Role, Unit: in.Body.Unit, From: in.Body.From, To: in.Body.To})
			return &struct{ Body RoleHeld }{RoleHeld{Code: g.Role, Title: words.Text(Lang(ctx), "role."+g.Role, nil), Unit: g.Unit, Grant: g.ID}}, err
		})
	Register(a, Op{ID: "org.end_grant", Method: http.MethodDelete, Path: "/org/grants/{id}", Permission: "org.grants", Summary: "End a role that is held"},
		func(ctx context.Context, in *PathID) (*struct{}, error) {
			_, err := o.svc.EndGrant(ctx, Actor(ctx), in.ID)
			return nil, err
		})
	Register(a, Op{ID: "org.roles", Method: http.MethodGet, Path: "/org/roles", Permission: "org.read", Summary: "The role table"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body page[RoleView] }, error) {
			out := &struct{ Body page[RoleView] }{}
			for _, r := range org.Roles {
				out.Body.Items = append(out.Body.Items, RoleView{Code: r.Code, Title: words.Text(Lang(ctx), "role."+r.Code, nil),
					About: words.Text(Lang(ctx), "role."+r.Code+".about", nil), Permissions: r.May})
			}
			return out, nil
		})
	Register(a, Op{ID: "org.settings", Method: http.MethodGet, Path: "/org/units/{id}/settings", Permission: "org.read", Summary: "What holds for a unit, and which unit set it"}, o.settings)
	Register(a, Op{ID: "org.set", Method: http.MethodPut, Path: "/org/units/{id}/settings/{key}", Permission: "org.settings", Summary: "Set a key for a unit and all below it; null inherits again"},
		func(ctx context.Context, in *struct {
			PathID
			Key  string `path:"key" maxLength:"100"`
			Body struct {
				Value json.RawMessage `json:"value"`
				Rev   int64           `json:"rev" minimum:"0" doc:"0 where the unit has not set it itself"`
			}
		}) (*struct{}, error) {
			value := in.Body.Value
			if string(value) == "null" {
				value = nil
			}
			return nil, o.svc.SetSetting(ctx, Actor(ctx), in.ID, in.Key, value, in.Body.Rev)
		})
	Register(a, Op{ID: "system.refusals", Method: http.MethodGet, Path: "/system/refusals", Permission: "system.refusals", Summary: "What was refused to whom, newest first"}, o.refusals)
}

// UnitFields are what an administrator says of a unit.
type UnitFields struct {
	Name  string   `json:"name" maxLength:"100"`
	Short string   `json:"short,omitempty" maxLength:"20"`
	Code  string   `json:"code,omitempty" maxLength:"40"`
	Lon   *float64 `json:"lon,omitempty" minimum:"-180" maximum:"180"`
	Lat   *float64 `json:"lat,omitempty" minimum:"-90" maximum:"90"`
}

func (o *Org) createUnit(ctx context.Context, in *struct {
	Body struct {
		UnitFields
		Parent  string `json:"parent" maxLength:"40"`
		Kind    string `json:"kind" maxLength:"20"`
		Outside bool   `json:"outside,omitempty"`
	}
}) (*unitOutput, error) {
	b := in.Body
	u, err := o.svc.CreateUnit(ctx, Actor(ctx), org.Unit{Parent: b.Parent, Kind: b.Kind, Outside: b.Outside, Name: b.Name, Short: b.Short, Code: b.Code, Lon: b.Lon, Lat: b.Lat})
	return &unitOutput{unitView(u)}, err
}

func (o *Org) changeUnit(ctx context.Context, in *struct {
	PathID
	Body UnitFields
}) (*unitOutput, error) {
	b := in.Body
	u, err := o.svc.ChangeUnit(ctx, Actor(ctx), org.Unit{ID: in.ID, Name: b.Name, Short: b.Short, Code: b.Code, Lon: b.Lon, Lat: b.Lat}, Rev(ctx))
	return &unitOutput{unitView(u)}, err
}

func (o *Org) people(ctx context.Context, in *struct {
	Unit   string `query:"unit" maxLength:"40"`
	Role   string `query:"role" maxLength:"40"`
	Active bool   `query:"active" doc:"not those who are disabled"`
	Limit  int    `query:"limit" minimum:"0" maximum:"500"`
	Cursor string `query:"cursor" maxLength:"60"`
}) (*peopleOutput, error) {
	list, next, err := o.svc.People(ctx, Actor(ctx), org.PeopleFilter{Unit: in.Unit, Role: in.Role, Active: in.Active, Limit: in.Limit, After: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &peopleOutput{page[PersonView]{Items: []PersonView{}, Next: next}}
	for _, l := range list {
		out.Body.Items = append(out.Body.Items, personView(l, Lang(ctx), law.On(o.now())))
	}
	return out, nil
}

func (o *Org) person(ctx context.Context, p org.Person) (*personOutput, error) {
	l, err := o.svc.Listed(ctx, p)
	return &personOutput{personView(l, Lang(ctx), law.On(o.now()))}, err
}

func (o *Org) addPerson(ctx context.Context, in *struct{ Body PersonInput }) (*struct {
	Body struct {
		PersonView
		Password string `json:"password"`
	}
}, error) {
	if in.Body.Active != nil && !*in.Body.Active {
		return nil, fault.New(fault.Invalid, "form").With("active", "form.invalid")
	}
	add := org.PersonInput{Person: in.Body.person(), Password: org.OneTimePassword()}
	for _, h := range in.Body.Roles {
		add.Roles = append(add.Roles, org.Grant{Role: h.Role, Unit: h.Unit, From: h.From, To: h.To})
	}
	p, err := o.svc.AddPerson(ctx, Actor(ctx), add)
	if err != nil {
		return nil, err
	}
	view, err := o.person(ctx, p)
	out := &struct {
		Body struct {
			PersonView
			Password string `json:"password"`
		}
	}{}
	out.Body.PersonView, out.Body.Password = view.Body, add.Password
	return out, err
}

// SettingView is a key as it holds for a unit.
type SettingView struct {
	Key      string          `json:"key"`
	Title    string          `json:"title"`
	Value    json.RawMessage `json:"value"`
	From     string          `json:"from" doc:"id of the unit that set it; empty: preset"`
	FromName string          `json:"fromName,omitempty"`
	Rev      int64           `json:"rev" doc:"of the unit's own value; 0 where it inherits"`
}

func (o *Org) settings(ctx context.Context, in *PathID) (*struct{ Body page[SettingView] }, error) {
	out := &struct{ Body page[SettingView] }{page[SettingView]{Items: []SettingView{}}}
	return out, o.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		held, err := org.SettingsOf(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		for _, h := range held {
			names, err := org.UnitNames(ctx, tx, h.From)
			if err != nil {
				return err
			}
			out.Body.Items = append(out.Body.Items, SettingView{Key: h.Key, Title: words.Text(Lang(ctx), "setting."+h.Key, nil), Value: h.Value, From: h.From, FromName: names[h.From], Rev: h.Rev})
		}
		return nil
	})
}

func (o *Org) refusals(ctx context.Context, in *struct {
	Limit  int    `query:"limit" minimum:"0" maximum:"200"`
	Cursor string `query:"cursor" maxLength:"60"`
}) (*struct{ Body page[RefusalView] }, error) {
	if in.Limit == 0 {
		in.Limit = 50
	}
	list, err := o.svc.Refusals(ctx, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body page[RefusalView] }{page[RefusalView]{Items: []RefusalView{}}}
	for _, r := range list {
		out.Body.Items = append(out.Body.Items, refusalView(r, Lang(ctx)))
	}
	if len(list) == in.Limit {
		out.Body.Next = list[len(list)-1].ID
	}
	return out, nil
}

// blank is a placeholder for which a refusal has kept no value.
var blank = regexp.MustCompile(`\{\w+\}`)

func refusalView(r org.Refusal, lang string) RefusalView {
	op := r.Op
	if words.Has("op." + op) {
		op = words.Text(lang, "op."+op, nil)
	}
	why := blank.ReplaceAllString(words.Text(lang, r.Code, map[string]any{"op": r.Op}), "…")
	return RefusalView{At: r.At, PersonName: r.Name, Operation: op, Subject: r.Subject, Reason: why, Code: r.Code, Address: r.Address}
}
