package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/law"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence"
	"jiexu/systems/intake"
)

// whose shows what becomes of complaints whose owner is not plain, who need more hands or more time, and whose answers are
// checked: one in each such state. The routing rules and reply templates that ship are tested and switched on, as an office
// would do after confirming them.
func (d *demo) whose(ctx context.Context) error {
	desk, err := d.actor(ctx, "desk")
	if err != nil {
		return err
	}
	d.at(1, 8, 30)
	if err := d.rulesOn(ctx, desk); err != nil {
		return fmt.Errorf("routing rules: %w", err)
	}
	for i, c := range demoWhose {
		if err := d.one(ctx, desk, i, c); err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
	}
	return nil
}

func (d *demo) rulesOn(ctx context.Context, desk org.Actor) error {
	// Answers to those who asked for confidentiality are read by a second person.
	if err := d.Org.SetSetting(ctx, org.Program("demo"), desk.Grants[0].Unit, "intake.check", json.RawMessage(`{"kinds":[],"confidential":true,"urgent":false}`), 0); err != nil {
		return err
	}
	set, err := d.Intake.DraftRules(ctx, desk, "")
	if err != nil {
		return err
	}
	if set, err = d.Intake.TestRules(ctx, desk, set.ID); err != nil {
		return err
	}
	if _, err := d.Intake.SwitchRules(ctx, desk, set.ID, set.Rev, true); err != nil {
		return err
	}
	if err := d.Intake.ShippedTemplates(ctx, desk); err != nil {
		return err
	}
	templates, err := d.Intake.Templates(ctx, desk)
	if err != nil {
		return err
	}
	for _, t := range templates {
		t.Active = true
		if _, err := d.Intake.SaveTemplate(ctx, desk, t.ID, t.Rev, t); err != nil {
			return err
		}
	}
	return nil
}

// demoStep is one step of a told complaint: by a login, or by a role of its squad.
type demoStep struct {
	by, step string
	fields   map[string]any
}

// justNow is the hour of what came in within the last hour, so that its two hours still run.
const justNow = -1

// demoMatter is a complaint of the demonstration and how far it has come.
type demoMatter struct {
	title, text, address string
	confidential         bool
	hour                 int
	steps                []demoStep
}

// demoWhose are the complaints and how far each has come. $NAME in a field is the id of a unit or person.
var demoWhose = []demoMatter{
	{"顶楼平台历史搭建是否有规划许可", "楼顶平台十多年前搭的房间，想请核查有没有规划许可。", "大宁路660弄", false, 8, []demoStep{
		{"desk", intake.StepInspect, map[string]any{"department": "$静安区规划和自然资源局", "days": 2.0}}}},
	{"楼下邻居在楼道堆放杂物", "楼下邻居把旧家具堆在楼道里，几次沟通都没有结果。", "彭浦新村街道临汾路", false, 8, []demoStep{
		{"desk", intake.StepMediate, map[string]any{"community": "$310106020", "days": 3.0}}}},
	{"隔壁养鸽子异味扰民", "隔壁住户阳台养鸽子，异味和羽毛影响晾晒。", "大宁路街道平型关路", false, 8, []demoStep{
		{"desk", intake.StepMediate, map[string]any{"community": "$310106019", "days": 3.0}},
		{"community.dnl", intake.StepSettle, map[string]any{"findings": "居委会上门调处，养鸽户同意本周内搬走鸽笼，双方签了约定。"}}}},
	{"路口夜间烧烤油烟", "路口每晚有烧烤摊，油烟很大，打电话人说就在菜场边上。", "", false, 9, []demoStep{
		{"desk", intake.StepRoute, map[string]any{"unit": "$静安寺街道综合行政执法队"}},
		{"leader.jas", intake.StepReturn, map[string]any{"kind": "other_area", "reason": "平型关路在大宁路街道，不在我街道辖区。", "unit": "$大宁路街道综合行政执法队"}}}},
	{"商场外广场夜市占道", "商场外广场每晚有夜市，通道被占。", "", false, 9, []demoStep{
		{"desk", intake.StepRoute, map[string]any{"unit": "$静安寺街道综合行政执法队"}},
		{"leader.jas", intake.StepReturn, map[string]any{"kind": "other_area", "reason": "该广场东侧属南京西路街道。"}},
		{"desk", intake.StepReject, map[string]any{"reason": "坐标在你街道一侧，请核实。"}},
		{"leader.jas", intake.StepDispute, map[string]any{"reason": "两街道对广场划界理解不一，请局裁定。"}}}},
	{"渣土车深夜偷倒建筑垃圾", "凌晨有渣土车在路边倒建筑垃圾，车牌没看清。", "静安寺街道愚园路", false, 9, []demoStep{
		{"desk", intake.StepRoute, map[string]any{"unit": "$静安寺街道综合行政执法队"}},
		{"leader.jas", intake.StepAccept, nil},
		{"desk", intake.StepJoin, map[string]any{"unit": "$曹家渡街道综合行政执法队", "task": "同步排查相邻路段夜间出土工地。"}},
		{"leader.jas", intake.StepAssign, map[string]any{"officers": "$pair"}}}},
	{"沿街商户外摆涉及多家", "一条街十几家商户外摆，请逐户处理。", "静安寺街道常德路", false, 9, []demoStep{
		{"desk", intake.StepRoute, map[string]any{"unit": "$静安寺街道综合行政执法队"}},
		{"leader.jas", intake.StepAccept, nil},
		{"leader.jas", intake.StepAssign, map[string]any{"officers": "$pair"}},
		{"officer.jas1", intake.StepAskTime, map[string]any{"days": 10.0, "reason": "涉及十余家商户，需逐户告知、核查。"}}}},
	{"举报楼上住户拆墙", "楼上住户装修拆墙，请为我保密。", "静安寺街道镇宁路", true, 10, []demoStep{
		{"desk", intake.StepRoute, map[string]any{"unit": "$静安寺街道综合行政执法队"}},
		{"leader.jas", intake.StepAccept, nil},
		{"leader.jas", intake.StepAssign, map[string]any{"officers": "$pair"}},
		{"officer.jas1", intake.StepHandle, map[string]any{"findings": "现场查看，拆除的是非承重隔墙，已要求停工并补办装修登记。", "outcome": intake.OutcomeSolved}},
		{"officer.jas1", intake.StepSubmit, map[string]any{"text": "您好，您反映的装修问题已到场核查，拆除的是非承重隔墙，已要求补办装修登记。"}}}},
	{"天井正在搭建阳光房", "一楼天井正在搭建阳光房，今天来了好几车材料。", "静安寺街道愚园路", false, justNow, nil},
	{"路口聚集冲突需到场", "摊主和商户在路口聚集争吵，有冲突。", "北站街道天目中路", false, 10, nil},
}

// at sets the clock to a time of day some days ago; a time that is not yet there becomes a minute ago.
func (d *demo) at(daysAgo int, hour, minute int) {
	day := law.On(d.now).AddDays(-daysAgo)
	d.clock.at = day.Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	if !d.clock.at.Before(d.now) {
		d.clock.at = d.now.Add(-time.Minute)
	}
}

func (d *demo) one(ctx context.Context, desk org.Actor, i int, c demoMatter) error {
	if d.at(0, c.hour, 4+i*5); c.hour == justNow {
		d.clock.at = d.now.Add(-40 * time.Minute)
	}
	r, err := d.Intake.Register(ctx, desk, intake.Registration{Channel: intake.Phone, Kind: intake.Grievance, Title: c.title, Content: c.text, Address: c.address,
		Name: "市民", Phone: fmt.Sprintf("139000001%02d", i), Confidential: c.confidential})
	if err != nil {
		return err
	}
	detail, err := d.Intake.Detail(ctx, desk, r.ID, "zh-CN")
	if err != nil {
		return err
	}
	rev := detail.Rev
	for n, s := range c.steps {
		if n == 0 && s.step == intake.StepRoute && detail.State != intake.Registered {
			continue // a rule has sent it already
		}
		by, err := d.actor(ctx, s.by)
		if err != nil {
			return err
		}
		if d.clock.at = d.clock.at.Add(3 * time.Minute); !d.clock.at.Before(d.now) {
			d.clock.at = d.now.Add(-time.Second)
		}
		if s.step == intake.StepHandle {
			if _, err := d.photo(ctx, by, evidence.Subject{Type: intake.Type, ID: r.ID}, 60+i, "现场全景（演示图）"); err != nil {
				return err
			}
		}
		fields, err := d.named(ctx, by, s.fields)
		if err != nil {
			return err
		}
		done, err := d.Intake.Take(ctx, by, r.ID, s.step, rev, fields)
		if err != nil {
			return fmt.Errorf("%s: %w", s.step, err)
		}
		rev = done.Rev
	}
	return nil
}

// named gives fields with the ids behind the names in them.
func (d *demo) named(ctx context.Context, by org.Actor, fields map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for key, value := range fields {
		out[key] = value
		name, ok := value.(string)
		if name, ok = strings.CutPrefix(name, "$"); !ok {
			continue
		}
		if name == "pair" {
			_, officers, err := d.squad(ctx, by.Home)
			if err != nil {
				return nil, err
			}
			out[key] = []string{officers[0].Person, officers[1].Person}
			continue
		}
		if err := d.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
			units, err := org.Units(ctx, tx)
			i := slices.IndexFunc(units, func(u org.Unit) bool {
				return u.Name == name || u.Kind == "community" && strings.HasPrefix(u.Code, name)
			})
			if err == nil && i < 0 {
				return fmt.Errorf("no unit %s", name)
			}
			if err == nil {
				out[key] = units[i].ID
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
