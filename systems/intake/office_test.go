package intake_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"jiexu/api"
	"jiexu/area"
	"jiexu/classify"
	"jiexu/data"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/systems/intake"
	"jiexu/term"
)

// office is a small district with people, in which stories are told.
type office struct {
	examples []classify.Example
	testing.TB
	db     *store.DB
	svc    *intake.Service
	now    time.Time
	photos int
	bureau string
	squad  string // answers for 大宁路街道
	other  string // for 彭浦镇
	dept   string
	room   string // the community workroom of 大宁路街道
	told   []intake.Notice
	people map[string]string // login → id
}

// newOffice makes the office on Wednesday, 4 March 2026, at nine.
func newOffice(t testing.TB, db *store.DB) *office {
	t.Helper()
	o := &office{TB: t, db: db, now: time.Date(2026, 3, 4, 9, 0, 0, 0, law.Shanghai), people: map[string]string{}}
	ctx := context.Background()
	o.svc = intake.New(intake.Config{DB: db, Terms: term.NewKeeper(law.Shipped()), Atlas: area.NewAtlas(data.FS), Now: func() time.Time { return o.now },
		History:  func(context.Context, string) ([]classify.Example, error) { return o.examples, nil },
		PhoneKey: []byte("0123456789abcdef0123456789abcdef"),
		Notify:   func(_ context.Context, _ *store.Tx, n intake.Notice) error { o.told = append(o.told, n); return nil },
		Photos:   func(context.Context, *store.Tx, string, time.Time) (int, error) { return o.photos, nil },
		OpenCase: func(ctx context.Context, tx *store.Tx, actor org.Actor, in intake.CaseOpening) error {
			if _, err := o.svc.Origin(ctx, tx, actor, in.Complaint); err != nil {
				return err
			}
			return o.svc.CaseFiled(ctx, tx, actor, in.Complaint, "case-1", "静城管立〔2026〕第1号", in.Matter, o.now)
		}})
	program, people := org.Program("test"), org.New(db, func() time.Time { return o.now })
	unit := func(parent, kind, code, name string, outside bool) string {
		u, err := people.CreateUnit(ctx, program, org.Unit{Parent: parent, Kind: kind, Code: code, Name: name, Outside: outside})
		o.must(err)
		return u.ID
	}
	district := unit("", "district", "310106", "静安区", false)
	o.bureau = unit(district, "bureau", "", "静安区城市管理行政执法局", false)
	o.squad = unit(o.bureau, "squad", "310106019", "大宁路街道中队", false)
	o.other = unit(o.bureau, "squad", "310106101", "彭浦镇中队", false)
	var led []org.Grant // what one leader leads beside: a squad that nobody leads is given nothing
	for code, name := range map[string]string{"310106006": "江宁路街道", "310106011": "石门二路街道", "310106012": "南京西路街道", "310106013": "静安寺街道", "310106014": "曹家渡街道",
		"310106015": "天目西路街道", "310106016": "北站街道", "310106017": "宝山路街道", "310106018": "共和新路街道", "310106020": "彭浦新村街道", "310106021": "临汾路街道", "310106022": "芷江西路街道"} {
		led = append(led, org.Grant{Role: org.Leader, Unit: unit(o.bureau, "squad", code, name+"中队", false)})
	}
	o.dept = unit(district, "department", "", "静安区绿化和市容管理局", true)
	o.room = unit(district, "community", "310106019001", "大宁路街道某居委会", true)
	person := func(login, kind, unit, role string, certificate int) {
		in := org.PersonInput{Password: "a long enough one 2026", Person: org.Person{Login: login, Name: "王" + login, Kind: kind, Unit: unit}, Roles: []org.Grant{{Role: role, Unit: unit}}}
		if certificate > 0 {
			in.Certificate, in.CertificateUntil = fmt.Sprintf("0901%06d", certificate), law.Date{Year: 2030, Month: 1, Day: 1}
		}
		p, err := people.AddPerson(ctx, program, in)
		o.must(err)
		o.people[login] = p.ID
	}
	person("desk", org.Staff, o.bureau, org.Desk, 0)
	person("leader", org.Officer, o.squad, org.Leader, 1)
	person("officer1", org.Officer, o.squad, org.Officer, 2)
	person("officer2", org.Officer, o.squad, org.Officer, 3)
	person("officer3", org.Officer, o.squad, org.Officer, 4)
	person("auxiliary", org.Auxiliary, o.squad, org.Auxiliary, 0)
	person("stranger", org.Officer, o.other, org.Leader, 5)
	p, err := people.AddPerson(ctx, program, org.PersonInput{Password: "a long enough one 2026", Person: org.Person{Login: "leads", Name: "王leads", Kind: org.Officer, Unit: o.bureau}, Roles: led})
	o.must(err)
	o.people["leads"] = p.ID
	person("head", org.Staff, o.bureau, org.Head, 0)
	person("admin", org.Staff, o.bureau, org.Admin, 0)
	person("dept", org.Outside, o.dept, org.Department, 0)
	person("room", org.Outside, o.room, org.Community, 0)
	areas, err := data.FS.ReadFile("jingan/areas.demo.geojson")
	o.must(err)
	_, err = area.Import(ctx, db, program, areas, place.WGS84, true, o.now)
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) read(f func(ctx context.Context, tx *store.Tx) error) {
	o.Helper()
	o.must(o.db.Read(context.Background(), f))
}

// actor is somebody of the office as he is today.
func (o *office) actor(login string) (actor org.Actor) {
	o.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) (err error) {
		actor, err = org.ActorOf(ctx, tx, o.people[login], law.On(o.now))
		return err
	})
	return actor
}

// complain registers a complaint in 大宁路街道.
func (o *office) complain(more ...func(*intake.Registration)) *intake.Receipt {
	o.Helper()
	in := intake.Registration{Channel: intake.Hotline, Kind: intake.Grievance, Title: "早餐摊占道", Content: "平型关路上有早餐摊占着人行道。", Address: "大宁路街道平型关路",
		Name: "周敏", Phone: "13800000001"}
	for _, m := range more {
		m(&in)
	}
	r, err := o.svc.Register(context.Background(), o.actor("desk"), in)
	o.must(err)
	return r
}

// take has somebody take a step with the revision that the complaint has now.
func (o *office) take(login, id, step string, fields map[string]any) (*intake.Receipt, error) {
	o.Helper()
	var rev int64
	o.read(func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT rev FROM intake_complaints WHERE id = $1`, id).Scan(&rev)
	})
	o.now = o.now.Add(time.Minute)
	return o.svc.Take(context.Background(), o.actor(login), id, step, rev, fields)
}

// sealed checks that every row of a sealed table is as the ledger says.
func (o *office) sealed() {
	o.Helper()
	for _, table := range []string{"intake_complaints", "intake_contacts", "intake_officers", "intake_steps", "intake_imports", "intake_parts", "intake_results", "intake_rules", "intake_templates", "intake_merges", "term_terms", "term_reasons", "area_areas"} {
		o.read(func(ctx context.Context, tx *store.Tx) error {
			t, err := tx.Table(ctx, table)
			if err != nil {
				return err
			}
			key := []string{"id"}
			switch table {
			case "intake_contacts", "intake_results":
				key = []string{"complaint"}
			case "intake_officers":
				key = []string{"complaint", "person"}
			}
			now := map[string]string{}
			if err := tx.Rows(ctx, t, "", nil, func(r store.Row) error { now[r.Key(key)] = r.Digest(); return nil }); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, `SELECT data FROM ledger_entries ORDER BY seq`)
			if err != nil {
				return err
			}
			defer rows.Close()
			last := map[string]string{}
			for rows.Next() {
				var data []byte
				if err := rows.Scan(&data); err != nil {
					return err
				}
				e, err := ledger.Parse(data)
				if err != nil {
					return err
				}
				for _, r := range e.Rows {
					if r.Table == table {
						last[r.Key] = r.SHA256
					}
				}
			}
			for k, digest := range now {
				if last[k] != digest {
					o.Errorf("%s %s is not as the ledger says", table, k)
				}
			}
			return rows.Err()
		})
	}
}

type (
	apiEvent = api.Event
	apiWork  = api.WorkItem
)

// work is what waits for somebody.
func (o *office) work(login string) (items []api.WorkItem) {
	o.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) (err error) {
		items, err = o.svc.Work(ctx, tx, o.actor(login), "zh-CN")
		return err
	})
	return items
}

// count is the number that a query gives.
func (o *office) count(query string) (n int) {
	o.Helper()
	o.read(func(ctx context.Context, tx *store.Tx) error { return tx.QueryRow(ctx, query).Scan(&n) })
	return n
}

// border is a point within a few metres of two areas of squads.
func (o *office) border() (lon, lat float64) {
	o.Helper()
	var at place.Point
	o.read(func(ctx context.Context, tx *store.Tx) error {
		ground, err := area.NewAtlas(data.FS).Ground(ctx, tx)
		if err != nil {
			return err
		}
		for lon := 121.43; lon < 121.48; lon += 0.0001 {
			p := place.Point{Lon: lon, Lat: 31.27}
			if near := ground.Areas.FindNear(p, 5); len(near) > 1 && near[0].Area.Unit != near[1].Area.Unit {
				at = p
				return nil
			}
		}
		return fmt.Errorf("no border along 31.27")
	})
	return at.Lon, at.Lat
}
