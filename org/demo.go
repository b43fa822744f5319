package org

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/place"
	"jiexu/store"
)

// DemoPassword is that of everybody in the demonstration. It is no secret.
const DemoPassword = "jiexu-demo-2026"

// DemoLogin is a person of the demonstration, to be tried.
type DemoLogin struct {
	Login, Password, Role, Name, Unit string
}

// DemoLogins lists one login for each role, those of a squad all of one squad.
func DemoLogins() []DemoLogin {
	people := demoPeople()
	var out []DemoLogin
	for _, r := range Roles {
		best := -1
		for i, p := range people {
			if p.role == r.Code && (best < 0 || slices.Contains(demoShown, p.login)) {
				best = i
			}
		}
		if best >= 0 {
			p := people[best]
			out = append(out, DemoLogin{Login: p.login, Password: DemoPassword, Role: p.role, Name: p.name, Unit: p.unit})
		}
	}
	return out
}

// demoShown are the people to be tried where several have the role.
var demoShown = []string{"desk", "head", "legal", "leader.jas", "officer.jas1", "auxiliary.jas", "dept.fg", "community.jas"}

// CountPeople tells how many people there are, and whether they are those of the demonstration.
func CountPeople(ctx context.Context, tx *store.Tx) (n int, demo bool, err error) {
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM org_people`).Scan(&n); err != nil {
		return 0, false, fmt.Errorf("count people: %w", err)
	}
	for _, l := range DemoLogins() {
		if _, err := PersonByLogin(ctx, tx, l.Login); err != nil {
			return n, false, nil
		}
	}
	return n, true, nil
}

// Names of the demonstration's units above the squads.
const (
	demoCity     = "上海市城市管理行政执法局"
	demoDistrict = "静安区"
	demoBureau   = "静安区城市管理行政执法局"
	demoCode     = "310106" // GB/T 2260
)

var demoSections = []string{"法制科", "诉件受理中心", "勤务科", "督察科", "考核科", "办公室"}

// demoStreet is a street or town of Jing'an: its code, its name, the letters of its logins.
type demoStreet struct{ code, name, letters string }

// demoStreets are the thirteen streets and the town, in the order of their codes (data/jingan).
var demoStreets = []demoStreet{
	{"310106006", "江宁路街道", "jnl"}, {"310106011", "石门二路街道", "sml"}, {"310106012", "南京西路街道", "njxl"},
	{"310106013", "静安寺街道", "jas"}, {"310106014", "曹家渡街道", "cjd"}, {"310106015", "天目西路街道", "tmxl"},
	{"310106016", "北站街道", "bz"}, {"310106017", "宝山路街道", "bsl"}, {"310106018", "共和新路街道", "ghxl"},
	{"310106019", "大宁路街道", "dnl"}, {"310106020", "彭浦新村街道", "ppxc"}, {"310106021", "临汾路街道", "lfl"},
	{"310106022", "芷江西路街道", "zjxl"}, {"310106101", "彭浦镇", "ppz"},
}

func (s demoStreet) squad() string { return s.name + "综合行政执法队" }

func (s demoStreet) short() string {
	return strings.TrimSuffix(s.name, "街道")
}

// demoDepartments are the departments that complaints are passed on to, with the letters of their logins.
var demoDepartments = []struct{ name, letters string }{
	{"静安区规划和自然资源局", "gh"}, {"静安区住房保障和房屋管理局", "fg"}, {"静安区水务局", "sw"},
	{"静安区绿化和市容管理局", "lh"}, {"静安区市场监督管理局", "sc"}, {"上海市公安局静安分局", "ga"},
}

// demoWithCommunity are the streets of which one community takes part.
var demoWithCommunity = []string{"310106013", "310106014", "310106018", "310106019", "310106020", "310106101"}

// SeedDemo fills an empty database with a demonstration district: the city's bureau, the district's
// with its sections and the fourteen squads of the real streets, departments and communities, and
// people with invented names. Where the district is there already it does nothing.
func SeedDemo(ctx context.Context, db *store.DB, now time.Time) error {
	var there bool
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := UnitByCode(ctx, tx, demoCode)
		there = err == nil
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
	if err != nil || there {
		return err
	}
	s := New(db, func() time.Time { return now })
	hash, err := s.hashes.make(ctx, DemoPassword) // one for all: the password is one, and public
	if err != nil {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d := demo{s: s, tx: tx, units: map[string]string{}, day: law.On(now), hash: hash}
		for _, step := range []func(context.Context) error{d.seedUnits, d.seedSettings, d.seedPeople} {
			if err := step(ctx); err != nil {
				return fmt.Errorf("seed the demonstration: %w", err)
			}
		}
		return nil
	})
}

type demo struct {
	s     *Service
	tx    *store.Tx
	units map[string]string // id by name
	day   law.Date
	hash  string
}

func (d *demo) unit(ctx context.Context, u Unit, parent string) error {
	u.Parent = d.units[parent]
	u, err := d.s.createUnit(ctx, d.tx, Program("demo"), u)
	d.units[u.Name] = u.ID
	return err
}

func (d *demo) seedUnits(ctx context.Context) error {
	communities, err := demoCommunities()
	if err != nil {
		return err
	}
	areas, err := place.DemoAreas(data.FS)
	if err != nil {
		return err
	}
	centres := map[string]place.Point{}
	for _, a := range areas {
		centres[a.Code] = a.Centre()
	}
	type below struct {
		Unit
		parent string
	}
	list := []below{
		{Unit{Kind: "city", Code: "310000", Name: demoCity}, ""},
		{Unit{Kind: "district", Code: demoCode, Name: demoDistrict}, demoCity},
		{Unit{Kind: "bureau", Name: demoBureau, Short: "局"}, demoDistrict},
	}
	for _, name := range demoSections {
		list = append(list, below{Unit{Kind: "section", Name: name}, demoBureau})
	}
	for _, street := range demoStreets {
		u := Unit{Kind: "squad", Code: street.code, Name: street.squad(), Short: street.short()}
		if p, ok := centres[street.code]; ok {
			u.Lon, u.Lat = &p.Lon, &p.Lat
		}
		list = append(list, below{u, demoBureau})
	}
	for _, dep := range demoDepartments {
		list = append(list, below{Unit{Kind: "department", Name: dep.name, Outside: true}, demoDistrict})
	}
	for _, c := range communities {
		list = append(list, below{Unit{Kind: "community", Code: c.code, Name: c.name, Outside: true}, demoDistrict})
	}
	for _, b := range list {
		if err := d.unit(ctx, b.Unit, b.parent); err != nil {
			return err
		}
	}
	return nil
}

// seedSettings sets the bureau's name and numbers. What the real bureau uses is for its legal section
// to confirm; what is invented says so.
func (d *demo) seedSettings(ctx context.Context) error {
	for key, value := range map[string]any{
		"authority": Authority{Name: "上海市静安区城市管理行政执法局", Address: "上海市静安区（示例地址）", Phone: "021-00000000", Bank: "代收银行（示例）",
			Account: "0000000000000000", Reconsideration: "上海市静安区人民政府", Court: "有管辖权的人民法院", Government: "上海市静安区人民政府",
			GovernmentReconsideration: "上海市人民政府", GovernmentCourt: "有管辖权的中级人民法院"},
		"numbering.case":     "静城管{short}立〔{year}〕第{seq}号",
		"numbering.notice":   "静城管{short}罚告〔{year}〕第{seq}号",
		"numbering.decision": "静城管{short}罚决〔{year}〕第{seq}号",
		"numbering.hearing":  "静城管{short}听通〔{year}〕第{seq}号",
		"numbering.document": "静城管{short}{word}〔{year}〕第{seq}号",
		"casework.review":    "all",
	} {
		v, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if err := d.s.setSetting(ctx, d.tx, Program("demo"), d.units[demoBureau], key, v, 0); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) seedPeople(ctx context.Context) error {
	for i, p := range demoPeople() {
		in := PersonInput{Person: Person{Login: p.login, Name: p.name, Kind: p.kind, Unit: d.units[p.unit]}, Keep: true,
			Roles: []Grant{{Role: p.role, Unit: d.units[p.scope], From: d.day.AddDays(-365)}}}
		if p.also != "" {
			in.Roles = append(in.Roles, Grant{Role: p.also, Unit: d.units[p.scope], From: d.day.AddDays(-365)})
		}
		if p.kind == Officer {
			in.Certificate, in.CertificateUntil = fmt.Sprintf("09%s%04d", demoCode, i+1), d.day.AddDays(700+i)
		}
		if p.expired {
			in.CertificateUntil = d.day.AddDays(-30)
		}
		if _, err := d.s.addPerson(ctx, d.tx, Program("demo"), in, d.hash); err != nil {
			return fmt.Errorf("%s: %w", p.login, err)
		}
	}
	return nil
}

type demoPerson struct {
	login, name, kind, role, unit, scope string
	also                                 string // a second role
	expired                              bool   // the certificate has run out
}

// demoPeople are all people of the demonstration.
func demoPeople() []demoPerson {
	var out []demoPerson
	add := func(p demoPerson) {
		p.name = demoName(len(out))
		out = append(out, p)
	}
	staff := func(login, role, section, scope string) {
		add(demoPerson{login: login, kind: Staff, role: role, unit: section, scope: scope})
	}
	staff("desk", Desk, "诉件受理中心", demoDistrict)
	staff("desk2", Desk, "诉件受理中心", demoDistrict)
	// Heads and reviewers hold certificates too: AP 42 and 58 speak of people with the right to enforce.
	add(demoPerson{login: "head", kind: Officer, role: Head, unit: demoBureau, scope: demoDistrict})
	add(demoPerson{login: "head2", kind: Officer, role: Head, unit: demoBureau, scope: demoDistrict})
	add(demoPerson{login: "legal", kind: Officer, role: Legal, unit: "法制科", scope: demoBureau})
	add(demoPerson{login: "legal2", kind: Officer, role: Legal, unit: "法制科", scope: demoBureau})
	staff("planner", Planner, "勤务科", demoBureau)
	staff("inspector", Inspector, "督察科", demoDistrict)
	staff("appraiser", Appraiser, "考核科", demoDistrict)
	staff("admin", Admin, "办公室", demoCity)
	staff("auditor", Auditor, "办公室", demoCity)
	for i, street := range demoStreets {
		squad := street.squad()
		add(demoPerson{login: "leader." + street.letters, kind: Officer, role: Leader, unit: squad, scope: squad, also: Officer})
		officers := 3 + i%2
		for n := 1; n <= officers; n++ {
			add(demoPerson{login: fmt.Sprintf("officer.%s%d", street.letters, n), kind: Officer, role: Officer, unit: squad, scope: squad,
				expired: street.letters == "ppz" && n == officers})
		}
		add(demoPerson{login: "auxiliary." + street.letters, kind: Auxiliary, role: Auxiliary, unit: squad, scope: squad})
	}
	for _, dep := range demoDepartments {
		add(demoPerson{login: "dept." + dep.letters, kind: Outside, role: Department, unit: dep.name, scope: dep.name})
	}
	communities, err := demoCommunities()
	if err != nil {
		panic(err) // the file is part of the binary, and a test reads it
	}
	for _, c := range communities {
		add(demoPerson{login: "community." + c.letters, kind: Outside, role: Community, unit: c.name, scope: c.name})
	}
	return out
}

// demoCommunities picks the first community of each of some streets.
func demoCommunities() ([]demoStreet, error) {
	f, err := data.FS.Open("jingan/villages_310106.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []demoStreet
	for _, code := range demoWithCommunity {
		for _, street := range demoStreets {
			if street.code != code {
				continue
			}
			for _, row := range rows {
				if row[2] == code {
					out = append(out, demoStreet{code: row[0], name: street.name + row[1], letters: street.letters})
					break
				}
			}
		}
	}
	return out, nil
}

// demoName invents the name of the i-th person, from characters that every font has.
func demoName(i int) string {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭金陆孔白崔康毛邱秦江史顾侯邵孟")
	given := []string{"建华", "志强", "晓明", "丽萍", "文斌", "海燕", "国平", "雪梅", "俊杰", "慧敏", "伟民", "静怡", "永康", "佳琪", "振东", "春兰",
		"明辉", "美玲", "子豪", "玉珍", "立新", "思远", "红英", "家宁", "卫东", "欣然", "长青", "秀芳", "宏伟", "雨晴", "正阳", "爱华"}
	return string(surnames[i*7%len(surnames)]) + given[i*5%len(given)]
}
