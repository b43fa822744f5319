package city

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"jiexu/data"
	"jiexu/org"
	"jiexu/store"
)

// person is somebody who works in the city.
type person struct{ id, name, certificate string }

// spot is a place that complaints are about.
type spot struct {
	name, address string
	lon, lat      float64
}

// squad is a unit that answers for a street.
type squad struct {
	org.Unit
	district *district
	leaders  []person
	officers []person // the leader is one too
	spots    []spot   // the hottest first
	weight   float64  // its share of what happens
	shops    []party  // who is met again and again
	objects  []string // what stands at its first spots, by id
}

// district is a bureau with its squads.
type district struct {
	unit, desk                        org.Unit
	prefix                            string // of its numbers
	desks, heads, legals              []person
	departments, communities          []org.Unit
	departmentPeople, communityPeople []person
	squads                            []*squad
}

// town is the city: who answers for what, and where.
type town struct {
	top       org.Unit
	districts []*district
	squads    []*squad
}

// readTown reads the units and people of a database.
func readTown(ctx context.Context, db *store.DB) (*town, error) {
	t := &town{}
	var units []org.Unit
	people := map[string]map[string][]person{} // unit → role → who holds it there
	err := db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if units, err = org.Units(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT g.unit, g.role, p.id, p.name, p.certificate, p.unit FROM org_grants g JOIN org_people p ON p.id = g.person ORDER BY p.login, g.role`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var scope, role, home string
			var p person
			if err := rows.Scan(&scope, &role, &p.id, &p.name, &p.certificate, &home); err != nil {
				return err
			}
			if people[scope] == nil {
				people[scope] = map[string][]person{}
			}
			people[scope][role] = append(people[scope][role], p)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the city: %w", err)
	}
	slices.SortStableFunc(units, func(a, b org.Unit) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Name, b.Name))
	})
	below := map[string][]org.Unit{}
	for _, u := range units {
		below[u.Parent] = append(below[u.Parent], u)
		if u.Kind == "city" {
			t.top = u
		}
	}
	for _, u := range units {
		if u.Kind != "district" {
			continue
		}
		d := &district{unit: u, prefix: string([]rune(u.Name)[:1]) + "城管"}
		for _, o := range below[u.ID] {
			switch o.Kind {
			case "department":
				d.departments, d.departmentPeople = append(d.departments, o), append(d.departmentPeople, people[o.ID][org.Department]...)
			case "community":
				d.communities, d.communityPeople = append(d.communities, o), append(d.communityPeople, people[o.ID][org.Community]...)
			case "bureau":
				d.legals = append(d.legals, people[o.ID][org.Legal]...)
				for _, s := range below[o.ID] {
					switch {
					case s.Kind == "squad":
						d.squads = append(d.squads, &squad{Unit: s, district: d, leaders: people[s.ID][org.Leader], officers: people[s.ID][org.Officer]})
					case strings.HasSuffix(s.Name, "诉件受理中心"):
						d.desk = s
					}
				}
			}
		}
		d.desks, d.heads = people[u.ID][org.Desk], people[u.ID][org.Head]
		t.districts, t.squads = append(t.districts, d), append(t.squads, d.squads...)
		for name, none := range map[string]bool{"desk": d.desk.ID == "" || len(d.desks) == 0, "head": len(d.heads) == 0, "legal": len(d.legals) == 0,
			"department": len(d.departments) == 0 || len(d.departments) != len(d.departmentPeople), "community": len(d.communities) == 0 || len(d.communities) != len(d.communityPeople), "squad": len(d.squads) == 0} {
			if none {
				return nil, fmt.Errorf("%s has no %s to play with", u.Name, name)
			}
		}
	}
	for _, s := range t.squads {
		if len(s.officers) < 2 || len(s.leaders) == 0 || s.Lon == nil || s.Lat == nil {
			return nil, fmt.Errorf("%s has no two officers, no leader or no place", s.Name)
		}
	}
	return t, nil
}

// spotsEach is how many places of each squad complaints are about; a few of them make most.
const spotsEach = 300

// settle gives the squads their places, their weights and the shops that they meet again and again.
func (t *town) settle(r *rand.Rand) error {
	known, err := knownSpots()
	if err != nil {
		return err
	}
	by := map[*squad][]spot{}
	for _, k := range known {
		near := slices.MinFunc(t.squads, func(a, b *squad) int { return cmp.Compare(away(a, k), away(b, k)) })
		if away(near, k) < 1500 {
			by[near] = append(by[near], k)
		}
	}
	for _, s := range t.squads {
		s.weight = math.Exp(r.NormFloat64() * 0.4)
		s.spots = by[s]
		r.Shuffle(len(s.spots), func(i, j int) { s.spots[i], s.spots[j] = s.spots[j], s.spots[i] })
		for len(s.spots) < spotsEach {
			road := pick(r, roads)
			lon, lat := *s.Lon+r.NormFloat64()*0.0045, *s.Lat+r.NormFloat64()*0.004
			address := fmt.Sprintf("%s%d号", road, 1+r.IntN(1400))
			switch r.IntN(4) {
			case 0:
				address = fmt.Sprintf("%s%d弄%d号", road, 1+r.IntN(1400), 1+r.IntN(90))
			case 1:
				if other := pick(r, roads); other != road {
					address = road + other + "路口"
				}
			}
			s.spots = append(s.spots, spot{name: address, address: address, lon: round6(lon), lat: round6(lat)})
		}
		s.spots = s.spots[:spotsEach]
		for range 60 {
			s.shops = append(s.shops, newOrganisation(r, s))
		}
	}
	return nil
}

// away is how far a place lies from a squad's middle, in metres, near enough for a city.
func away(s *squad, p spot) float64 {
	return math.Hypot((p.lon-*s.Lon)*95_400, (p.lat-*s.Lat)*110_900)
}

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// knownSpots are the real places of data/jingan.
func knownSpots() ([]spot, error) {
	f, err := data.FS.Open("jingan/places.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []spot
	for _, row := range rows[1:] {
		lon, _ := strconv.ParseFloat(row[3], 64)
		lat, _ := strconv.ParseFloat(row[4], 64)
		if row[1] != "" && lon != 0 && lat != 0 {
			out = append(out, spot{name: row[0], address: row[1], lon: lon, lat: lat})
		}
	}
	return out, nil
}

// roads are names of roads as a city of this kind has them; with a number they are no real address.
var roads = strings.Fields(`共和新路 延长路 大统路 平型关路 万荣路 江场路 汶水路 灵石路 闻喜路 阳曲路 临汾路 保德路 岭南路 沪太路 彭江路 三泉路 长江西路 昌平路 康定路 武定路 新闸路
	北京西路 南京西路 愚园路 万航渡路 胶州路 常德路 西康路 陕西北路 茂名北路 石门一路 成都北路 威海路 巨鹿路 长乐路 延安中路 天目西路 恒丰路 长安路 梅园路 秣陵路 海宁路 河南北路 西藏北路
	虬江路 宝山路 中山北路 洛川东路 芷江西路 柳营路 广中路 花园路 四川北路 溧阳路 四平路 曲阳路 玉田路 赤峰路 大连西路 控江路 延吉中路 国定路 政立路 长阳路 杨树浦路 黄兴路 周家嘴路
	漕宝路 桂林路 钦州路 田林路 宜山路 龙华路 天钥桥路 零陵路 斜土路 肇嘉浜路 衡山路 宛平南路 虹桥路 仙霞路 天山路 娄山关路 遵义路 长宁路 定西路 番禺路 武宁路 曹杨路 金沙江路 真北路
	枣阳路 兰溪路 梅川路 岚皋路 光新路 交通路 真南路 淮海中路 复兴中路 建国中路 瑞金二路 打浦路 丽园路 制造局路 中华路 人民路 福州路 九江路 浙江中路 西藏中路 黄陂南路`)
