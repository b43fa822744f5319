package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/store"
	"jiexu/systems/casework"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

// Clock is a time that can be set, for making the demonstration's past.
type Clock struct{ at time.Time }

// Now is the time that was set.
func (c *Clock) Now() time.Time { return c.at }

// SeedDemo makes the demonstration district in an empty database: units, people, areas, complaints of
// the last days in every state, and cases from newly opened to archived. Everything is done by its
// people through the services, at times counted back from now, so that the log and the periods are
// such as real work leaves behind.
func SeedDemo(ctx context.Context, c Config, now time.Time) error {
	clock := &Clock{at: now.AddDate(0, 0, -60)}
	c.Now = clock.Now
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := org.SeedDemo(ctx, a.DB, clock.at); err != nil {
		return fmt.Errorf("demo people: %w", err)
	}
	areas, err := fs.ReadFile(data.FS, "jingan/areas.demo.geojson")
	if err != nil {
		return err
	}
	if _, err := area.Import(ctx, a.DB, org.Program("demo"), areas, place.WGS84, true, clock.at); err != nil {
		return fmt.Errorf("demo areas: %w", err)
	}
	d := &demo{App: a, clock: clock, now: now}
	if err := d.cases(ctx); err != nil {
		return fmt.Errorf("demo cases: %w", err)
	}
	if err := d.complaints(ctx); err != nil {
		return fmt.Errorf("demo complaints: %w", err)
	}
	if err := d.whose(ctx); err != nil {
		return fmt.Errorf("demo of whose complaints are: %w", err)
	}
	return a.Settle(ctx)
}

// demo makes the past.
type demo struct {
	*App
	clock *Clock
	now   time.Time
}

// at sets the clock to a time of day some days ago; a time that is not yet there becomes a minute ago.
func (d *demo) at(daysAgo int, hour, minute int) {
	day := law.On(d.now).AddDays(-daysAgo)
	d.clock.at = day.Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	if !d.clock.at.Before(d.now) {
		d.clock.at = d.now.Add(-time.Minute)
	}
}

// later moves the clock on, into the hours of a working day, but never past now.
func (d *demo) later(by time.Duration) {
	d.clock.at = d.clock.at.Add(by)
	day := law.On(d.clock.at)
	if evening := day.Start().Add(18 * time.Hour); d.clock.at.After(evening) {
		day = day.AddDays(1)
		d.clock.at = day.Start().Add(9*time.Hour + 10*time.Minute)
	}
	for works, _ := law.Shipped().Works(day); !works; works, _ = law.Shipped().Works(day) {
		day = day.AddDays(1)
		d.clock.at = day.Start().Add(9*time.Hour + 10*time.Minute)
	}
	if !d.clock.at.Before(d.now) {
		d.clock.at = d.now.Add(-time.Second)
	}
}

func (d *demo) actor(ctx context.Context, login string) (org.Actor, error) {
	var actor org.Actor
	err := d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		p, err := org.PersonByLogin(ctx, tx, login)
		if err != nil {
			return err
		}
		actor, err = org.ActorOf(ctx, tx, p.ID, law.On(d.clock.at))
		return err
	})
	return actor, err
}

// squad finds the people of a unit by role: its leader and its certified officers.
func (d *demo) squad(ctx context.Context, unit string) (leader org.Actor, officers []org.Actor, err error) {
	people, _, err := d.Org.People(ctx, org.Program("demo"), org.PeopleFilter{Unit: unit, Limit: 50})
	if err != nil {
		return leader, nil, err
	}
	err = d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range people {
			actor, err := org.ActorOf(ctx, tx, p.ID, law.On(d.clock.at))
			if err != nil {
				return err
			}
			for _, role := range actor.RolesAt(unit) {
				switch {
				case role == org.Leader:
					leader = actor
				case role == org.Officer && p.Person.CertifiedOn(law.On(d.now)):
					officers = append(officers, actor)
				}
			}
		}
		return nil
	})
	if err == nil && (leader.Person == "" || len(officers) < 2) {
		err = fmt.Errorf("unit %s has no leader or fewer than two certified officers", unit)
	}
	return leader, officers, err
}

// complaints registers those of data/demo and takes them as far as their age suggests.
func (d *demo) complaints(ctx context.Context) error {
	file, err := data.FS.Open("demo/complaints.csv")
	if err != nil {
		return err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return err
	}
	desk, err := d.actor(ctx, "desk")
	if err != nil {
		return err
	}
	for i := len(rows) - 1; i > 0; i-- { // the oldest first
		if err := d.complaint(ctx, desk, i, rows[i]); err != nil {
			return fmt.Errorf("%s: %w", rows[i][0], err)
		}
	}
	return nil
}

func (d *demo) complaint(ctx context.Context, desk org.Actor, i int, row []string) error {
	days, err := strconv.Atoi(row[1])
	if err != nil {
		return err
	}
	at, err := time.Parse("15:04", row[2])
	if err != nil {
		return err
	}
	d.at(days, at.Hour(), at.Minute())
	r, err := d.Intake.Register(ctx, desk, intake.Registration{SourceNumber: row[0], Channel: row[3], Kind: row[4], Title: row[5], Content: row[6], Address: row[7],
		Name: row[8], Phone: row[9], Confidential: row[10] == "是"})
	if err != nil {
		return err
	}
	steps := min(days*2, 7)
	if i%6 == 5 { // some are late, as in life
		steps = min(steps, 2)
	}
	return d.walk(ctx, desk, r, i, steps)
}

// walk takes a complaint through so many steps.
func (d *demo) walk(ctx context.Context, desk org.Actor, r *intake.Receipt, i, steps int) error {
	unit, err := d.proposedUnit(ctx, desk, r.ID)
	if err != nil || unit == "" {
		return err // the desk has yet to find out whose it is
	}
	leader, officers, err := d.squad(ctx, unit)
	if err != nil {
		return err
	}
	lead := officers[i%len(officers)]
	pair := []string{lead.Person, officers[(i+1)%len(officers)].Person}
	rev := r.Rev
	for n, step := range []struct {
		by   org.Actor
		code string
		in   map[string]any
		wait time.Duration
	}{
		{desk, intake.StepRoute, map[string]any{"unit": unit}, 20 * time.Minute},
		{leader, intake.StepAccept, nil, 40 * time.Minute},
		{leader, intake.StepAssign, map[string]any{"officers": pair}, 15 * time.Minute},
		{lead, intake.StepFirstContact, map[string]any{"result": "已电话联系反映人，了解情况并约定现场查看。"}, time.Hour},
		{lead, intake.StepHandle, map[string]any{"findings": "两名队员到现场核查，情况属实。已对当事人宣传法规并责令改正，当事人当场整改，拍照留存。", "outcome": intake.OutcomeSolved}, 3 * time.Hour},
		{lead, intake.StepReply, map[string]any{"text": "您反映的情况已于当日到场核查处置，当事人已整改。后续我队将加强该处巡查，如有反复请随时联系我们。"}, 2 * time.Hour},
		{desk, intake.StepClose, map[string]any{"satisfaction": "solved"}, 20 * time.Hour},
	} {
		if n >= steps {
			return nil
		}
		d.later(step.wait)
		if step.code == intake.StepHandle {
			if err := d.photo(ctx, lead, evidence.Subject{Type: intake.Type, ID: r.ID}, i); err != nil {
				return err
			}
		}
		done, err := d.Intake.Take(ctx, step.by, r.ID, step.code, rev, step.in)
		if err != nil {
			return fmt.Errorf("%s: %w", step.code, err)
		}
		rev = done.Rev
	}
	return nil
}

// proposedUnit is the squad that the complaint's place speaks for.
func (d *demo) proposedUnit(ctx context.Context, desk org.Actor, id string) (string, error) {
	detail, err := d.Intake.Detail(ctx, desk, id, "zh-CN")
	if err != nil {
		return "", err
	}
	for _, c := range detail.Choices {
		for _, f := range c.Fields {
			if unit, ok := f.Value.(string); ok && c.Step == intake.StepRoute && f.Name == "unit" {
				return unit, nil
			}
		}
	}
	return "", nil
}

func (d *demo) photo(ctx context.Context, by org.Actor, subject evidence.Subject, seed int) error {
	picture, err := streetScene(seed)
	if err != nil {
		return err
	}
	_, err = d.Evidence.Add(ctx, by, evidence.Upload{Subject: subject, Name: fmt.Sprintf("IMG_%04d.jpg", 1000+seed), Note: "现场全景（演示图）", Content: bytes.NewReader(picture)})
	return err
}

// cases opens four cases: one just opened, one noticed, one decided, one archived.
func (d *demo) cases(ctx context.Context) error {
	for i, c := range demoCases {
		if err := d.oneCase(ctx, i, c); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	return nil
}

// demoCase is a case of the demonstration: the steps of wholeWay as far as until.
type demoCase struct {
	squad, title, matter, place, findings string
	party                                 casework.PartyInput
	yuan                                  int64
	daysAgo                               int
	until                                 string
}

var demoCases = []demoCase{
	{"310106014", "康定路某小区损坏房屋承重结构案", "WY-01", "曹家渡街道康定路", "当事人装修时拆除客厅与卧室之间的承重墙体约三平方米，经房屋检测单位现场确认属承重结构。",
		casework.PartyInput{Kind: casework.Person, Name: "赵立新", IDCode: "310106199001010014", Address: "上海市静安区康定路1000弄1号101室", Phone: "13900000001"}, 12000, 58, casework.StepArchive},
	{"310106019", "大宁路街道某物业区域破坏房屋外貌案", "WY-03", "大宁路660弄", "当事人将底层外墙开凿成门洞并更换外立面，改变建筑物外貌。",
		casework.PartyInput{Kind: casework.Organisation, Name: "上海宁晨餐饮管理有限公司", IDCode: "91310106MA1DEMA19C", Representative: "钱卫东", Address: "上海市静安区大宁路660号", Phone: "13900000002"}, 3000, 30, casework.StepDecide},
	{"310106020", "彭浦新村街道某小区擅自改变物业使用性质案", "WY-04", "彭浦新村街道临汾路", "当事人将底层住宅改作棋牌室经营。",
		casework.PartyInput{Kind: casework.Person, Name: "孙桂兰", IDCode: "310108198002290028", Address: "上海市静安区临汾路100弄2号102室", Phone: "13900000003"}, 10000, 6, casework.StepServeNotice},
	{"310106021", "临汾路街道某物业企业未及时报告违法建筑案", "WY-05", "临汾路街道", "物业服务企业发现业主搭建后未在规定时间内劝阻、报告。",
		casework.PartyInput{Kind: casework.Organisation, Name: "上海临安物业服务有限公司", IDCode: "91310106MA1DEMA277", Representative: "周启明", Address: "上海市静安区临汾路200号", Phone: "13900000004"}, 1000, 1, ""},
}
