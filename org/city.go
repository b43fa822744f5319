package org

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/store"
)

// cityDistrict is a district that the simulated city has besides the demonstration's. Its middle is approximate.
type cityDistrict struct {
	code, name, short, letters string
	lon, lat                   float64 // WGS-84
}

var cityDistricts = []cityDistrict{
	{"310101", "黄浦区", "黄", "hp", 121.484, 31.222}, {"310104", "徐汇区", "徐", "xh", 121.437, 31.178}, {"310105", "长宁区", "长", "cn", 121.398, 31.213},
	{"310107", "普陀区", "普", "pt", 121.392, 31.252}, {"310109", "虹口区", "虹", "hk", 121.486, 31.272}, {"310110", "杨浦区", "杨", "yp", 121.524, 31.283},
}

// cityOfficers is how many officers a squad of the simulated city has, besides its leader.
const cityOfficers = 4

// SeedCity adds, beside the demonstration's district, further districts of the same city: a bureau with a squad for each of
// its streets, a department, a community, and people with invented names and the demonstration's password. The streets are
// real (data/jingan); where a squad's middle lies is laid out around the district's, not surveyed. Where the districts are
// there already it does nothing.
func SeedCity(ctx context.Context, db *store.DB, now time.Time) error {
	var there bool
	var city string
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		top, err := UnitByCode(ctx, tx, "310000")
		if err != nil {
			return err
		}
		city = top.ID
		_, err = UnitByCode(ctx, tx, cityDistricts[0].code)
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
	hash, err := s.hashes.make(ctx, DemoPassword)
	if err != nil {
		return err
	}
	streets, err := streetsOf()
	if err != nil {
		return err
	}
	return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		c := citySeed{demo: demo{s: s, tx: tx, units: map[string]string{demoCity: city}, day: law.On(now), hash: hash}}
		for _, d := range cityDistricts {
			if err := c.district(ctx, d, streets[d.code]); err != nil {
				return fmt.Errorf("seed %s: %w", d.name, err)
			}
		}
		return nil
	})
}

// streetsOf reads the streets of the city, by the code of their district.
func streetsOf() (map[string][]demoStreet, error) {
	f, err := data.FS.Open("jingan/streets_shanghai.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := map[string][]demoStreet{}
	for _, row := range rows[1:] {
		out[row[2]] = append(out[row[2]], demoStreet{code: row[0], name: row[1]})
	}
	return out, nil
}

// citySeed adds districts.
type citySeed struct {
	demo
	people int
}

func (c *citySeed) person(ctx context.Context, login, kind, role, unit, scope string, also ...string) error {
	c.people++
	in := PersonInput{Person: Person{Login: login, Name: demoName(1000 + c.people), Kind: kind, Unit: c.units[unit]}, Keep: true,
		Roles: []Grant{{Role: role, Unit: c.units[scope], From: c.day.AddDays(-365)}}}
	for _, r := range also {
		in.Roles = append(in.Roles, Grant{Role: r, Unit: c.units[scope], From: c.day.AddDays(-365)})
	}
	if kind == Officer {
		in.Certificate, in.CertificateUntil = fmt.Sprintf("09310000%04d", c.people), c.day.AddDays(20*365)
	}
	_, err := c.s.addPerson(ctx, c.tx, Program("simulate"), in, c.hash)
	return err
}

func (c *citySeed) district(ctx context.Context, d cityDistrict, streets []demoStreet) error {
	bureau, desk := d.name+"城市管理行政执法局", d.name+"诉件受理中心"
	legal, department, community := d.name+"法制科", d.name+"规划和自然资源局", d.name+"社区工作室"
	for _, u := range []struct {
		Unit
		parent string
	}{
		{Unit{Kind: "district", Code: d.code, Name: d.name, Lon: &d.lon, Lat: &d.lat}, demoCity},
		{Unit{Kind: "bureau", Name: bureau, Short: "局"}, d.name},
		{Unit{Kind: "section", Name: desk}, bureau},
		{Unit{Kind: "section", Name: legal}, bureau},
		{Unit{Kind: "department", Name: department, Outside: true}, d.name},
		{Unit{Kind: "community", Name: community, Outside: true}, d.name},
	} {
		if err := c.unit(ctx, u.Unit, u.parent); err != nil {
			return err
		}
	}
	for key, word := range map[string]string{"case": "立", "notice": "罚告", "decision": "罚决", "document": "{word}"} {
		v, err := json.Marshal(d.short + "城管{short}" + word + "〔{year}〕第{seq}号")
		if err != nil {
			return err
		}
		if err := c.s.setSetting(ctx, c.tx, Program("simulate"), c.units[bureau], "numbering."+key, v, 0); err != nil {
			return err
		}
	}
	for _, p := range []struct{ login, kind, role, unit, scope string }{
		{"desk." + d.letters, Staff, Desk, desk, d.name}, {"head." + d.letters, Officer, Head, bureau, d.name}, {"legal." + d.letters, Officer, Legal, legal, bureau},
		{"dept." + d.letters, Outside, Department, department, department}, {"community." + d.letters, Outside, Community, community, community},
	} {
		if err := c.person(ctx, p.login, p.kind, p.role, p.unit, p.scope); err != nil {
			return err
		}
	}
	for i, street := range streets {
		turn, far := float64(i)*2.4, 0.011*math.Sqrt(float64(i)+0.5) // a sunflower around the middle
		lon, lat := d.lon+far*math.Cos(turn), d.lat+far*0.85*math.Sin(turn)
		short := strings.TrimSuffix(strings.TrimSuffix(street.name, "街道"), "镇")
		squad := d.name + street.squad()
		if err := c.unit(ctx, Unit{Kind: "squad", Code: street.code, Name: squad, Short: short, Lon: &lon, Lat: &lat}, bureau); err != nil {
			return err
		}
		at := d.letters + strconv.Itoa(i+1)
		if err := c.person(ctx, "leader."+at, Officer, Leader, squad, squad, Officer); err != nil {
			return err
		}
		for n := range cityOfficers {
			if err := c.person(ctx, fmt.Sprintf("officer.%s.%d", at, n+1), Officer, Officer, squad, squad); err != nil {
				return err
			}
		}
	}
	return nil
}
