package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"jiexu/area"
	"jiexu/data"
	"jiexu/law"
	"jiexu/org"
	"jiexu/place"
	"jiexu/procedure"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

// Clock is a time that can be set, for making the demonstration's past.
type Clock struct{ at time.Time }

// Now is the time that was set.
func (c *Clock) Now() time.Time { return c.at }

// demoDays is how far back the demonstration's past goes: six months to sue, and what comes before and after.
const demoDays = 330

// SeedDemo makes the demonstration district in an empty database: units, people, areas, complaints of
// the last days in every state, and cases of every procedure, from newly opened to archived. Everything is done by its
// people through the services, at times counted back from now, so that the log and the periods are
// such as real work leaves behind.
func SeedDemo(ctx context.Context, c Config, now time.Time) error {
	clock := &Clock{at: now.AddDate(0, 0, -demoDays)}
	c.Now = clock.Now
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.district(ctx, clock.at); err != nil {
		return err
	}
	d := &demo{App: a, clock: clock, now: now}
	if err := d.seal(ctx); err != nil {
		return fmt.Errorf("demo seal: %w", err)
	}
	complaints, err := d.complaints(ctx)
	if err != nil {
		return fmt.Errorf("demo complaints: %w", err)
	}
	if err := d.play(ctx, append(d.cases(), complaints...)); err != nil {
		return err
	}
	if err := d.whose(ctx); err != nil {
		return fmt.Errorf("demo of whose complaints are: %w", err)
	}
	if err := d.gateways(ctx); err != nil {
		return fmt.Errorf("demo gateways: %w", err)
	}
	clock.at = now
	if err := a.Alerts.Watch(ctx); err != nil {
		return fmt.Errorf("demo alerts: %w", err)
	}
	return a.Settle(ctx)
}

// district makes the demonstration's units, people and areas.
func (a *App) district(ctx context.Context, now time.Time) error {
	if err := org.SeedDemo(ctx, a.DB, now); err != nil {
		return fmt.Errorf("demo people: %w", err)
	}
	areas, err := fs.ReadFile(data.FS, "jingan/areas.demo.geojson")
	if err != nil {
		return err
	}
	if _, err := area.Import(ctx, a.DB, org.Program("demo"), areas, place.WGS84, true, now); err != nil {
		return fmt.Errorf("demo areas: %w", err)
	}
	return nil
}

// SeedDistricts makes the demonstration's district and those around it, with their people, and nothing that happens there.
func SeedDistricts(ctx context.Context, c Config, now time.Time) (err error) {
	c.Now = func() time.Time { return now }
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.district(ctx, now); err != nil {
		return err
	}
	if err := org.SeedCity(ctx, a.DB, now); err != nil {
		return fmt.Errorf("districts: %w", err)
	}
	return a.Settle(ctx)
}

// demo makes the past.
type demo struct {
	*App
	clock *Clock
	now   time.Time
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

// complaints are those of data/demo, each of which goes as far as its age suggests.
func (d *demo) complaints(ctx context.Context) ([]*scene, error) {
	file, err := data.FS.Open("demo/complaints.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	desk, err := d.actor(ctx, "desk")
	if err != nil {
		return nil, err
	}
	var scenes []*scene
	for i := len(rows) - 1; i > 0; i-- { // the oldest first
		row := rows[i]
		scenes = append(scenes, &scene{name: "complaint " + row[0], tell: func(s *scene) { s.fail(s.complaint(desk, i, row)) }})
	}
	return scenes, nil
}

func (s *scene) complaint(desk org.Actor, i int, row []string) error {
	days, err := strconv.Atoi(row[1])
	if err != nil {
		return err
	}
	at, err := time.Parse("15:04", row[2])
	if err != nil {
		return err
	}
	if s.begin(days, at.Hour(), at.Minute()); s.done() {
		return nil
	}
	r, err := s.Intake.Register(s.ctx, desk, intake.Registration{SourceNumber: row[0], Channel: row[3], Kind: row[4], Title: row[5], Content: row[6], Address: row[7],
		Name: row[8], Phone: row[9], Confidential: row[10] == "是"})
	if err != nil {
		return err
	}
	steps := min(days*2, 7)
	if i%6 == 5 { // some are late, as in life
		steps = min(steps, 2)
	}
	return s.walk(desk, r, i, steps)
}

// Of data/demo's rows, by number: what did not go as it should.
var (
	lateContact = map[int]bool{26: true, 30: true}                               // the citizen waited two days and more for a call
	lateAnswer  = map[int]bool{34: true}                                         // nobody went there for eleven days
	thought     = map[int]string{25: "solved_basically", 33: "solved_basically"} // when called back
	unhappy     = map[int]string{27: "诉求人回访时称当晚又有泔水倒入，不满意。"}
	cameBack    = map[int]string{32: "诉求人来电称鸽棚拆了又搭，要求重办。"}
	pins        = map[int]string{7: "", 16: "", 24: "平型关路1083号", 25: ""} // where the squad's leader put the pin elsewhere, and how the address is written
)

// pin has the leader put the pin where the place is, some fifty metres from where the address was found.
func (s *scene) pin(leader org.Actor, id string, rev int64, address string) (int64, error) {
	d, err := s.Intake.Detail(s.ctx, leader, id, "zh-CN")
	if err != nil || d.Lon == nil || d.Lat == nil {
		return rev, err
	}
	in := map[string]any{"at": procedure.PointText(*d.Lon+0.0004, *d.Lat+0.0003), "note": "现场核对后改到实际位置"}
	if address != "" {
		in["address"] = address
	}
	done, err := s.Intake.Take(s.ctx, leader, id, intake.StepPlace, rev, in)
	if err != nil {
		return rev, fmt.Errorf("pin: %w", err)
	}
	return done.Rev, nil
}

// walk takes a complaint through so many steps.
func (s *scene) walk(desk org.Actor, r *intake.Receipt, i, steps int) error {
	unit, err := s.proposedUnit(s.ctx, desk, r.ID)
	if err != nil || unit == "" {
		return err // the desk has yet to find out whose it is
	}
	leader, officers, err := s.squad(s.ctx, unit)
	if err != nil {
		return err
	}
	lead := officers[i%len(officers)]
	pair := []string{lead.Person, officers[(i+1)%len(officers)].Person}
	rev := r.Rev
	contact, handle, satisfied := time.Hour, 3*time.Hour, cmp.Or(thought[i], "solved")
	if lateContact[i] {
		contact = 52 * time.Hour
	}
	if lateAnswer[i] {
		handle = 11 * 24 * time.Hour
	}
	for n, step := range []struct {
		by   org.Actor
		code string
		in   map[string]any
		wait time.Duration
	}{
		{desk, intake.StepRoute, map[string]any{"unit": unit}, 20 * time.Minute},
		{leader, intake.StepAccept, nil, 40 * time.Minute},
		{leader, intake.StepAssign, map[string]any{"officers": pair}, 15 * time.Minute},
		{lead, intake.StepFirstContact, map[string]any{"result": "已电话联系反映人，了解情况并约定现场查看。"}, contact},
		{lead, intake.StepHandle, map[string]any{"findings": "两名队员到现场核查，情况属实。已对当事人宣传法规并责令改正，当事人当场整改，拍照留存。", "outcome": intake.OutcomeSolved}, handle},
		{lead, intake.StepReply, map[string]any{"text": "您反映的情况已于当日到场核查处置，当事人已整改。后续我队将加强该处巡查，如有反复请随时联系我们。"}, 2 * time.Hour},
		{desk, intake.StepClose, map[string]any{"satisfaction": satisfied}, 20 * time.Hour},
	} {
		if n >= steps {
			return nil
		}
		if s.later(step.wait); s.done() {
			return nil
		}
		if step.code == intake.StepHandle {
			if _, err := s.photo(s.ctx, lead, evidence.Subject{Type: intake.Type, ID: r.ID}, i, "现场全景（演示图）"); err != nil {
				return err
			}
		}
		if reason, no := unhappy[i]; no && step.code == intake.StepClose {
			step.code, step.in = intake.StepRedo, map[string]any{"reason": reason, "satisfaction": "solved_unsatisfied"}
		}
		done, err := s.Intake.Take(s.ctx, step.by, r.ID, step.code, rev, step.in)
		if err != nil {
			return fmt.Errorf("%s: %w", step.code, err)
		}
		rev = done.Rev
		if address, moved := pins[i]; moved && step.code == intake.StepAccept {
			if rev, err = s.pin(leader, r.ID, rev, address); err != nil {
				return err
			}
		}
	}
	if reason, again := cameBack[i]; again {
		if s.later(24 * time.Hour); s.done() {
			return nil
		}
		_, err = s.Intake.Take(s.ctx, desk, r.ID, intake.StepReopen, rev, map[string]any{"reason": reason})
	}
	return err
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

func (d *demo) photo(ctx context.Context, by org.Actor, subject evidence.Subject, seed int, note string) (id string, err error) {
	picture, err := streetScene(seed)
	if err != nil {
		return "", err
	}
	added, err := d.Evidence.Add(ctx, by, evidence.Upload{Subject: subject, Name: fmt.Sprintf("IMG_%04d.jpg", 1000+seed), Note: note, Content: bytes.NewReader(picture)})
	if err != nil {
		return "", err
	}
	return added.ID, nil
}
