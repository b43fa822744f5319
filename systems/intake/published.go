package intake

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"jiexu/area"
	"jiexu/fault"
	"jiexu/store"
)

// Bounds of a public list.
const (
	MaxPublished     = 1_000
	MaxPublishedDays = 90
)

// Published is what everybody may see of a complaint. It names nobody, and what is in its text by which somebody could be
// known or reached is covered. Of what came by the portal the place is given to about a hundred metres and the text not at
// all: nobody was told there that he writes for the public.
type Published struct {
	ID          string // public
	Complaint   string
	Token       string
	Service     PublicService
	Way         string
	State       string
	Closed      bool
	Outcome     string
	Text        string
	Address     string
	Lon, Lat    *float64
	Area        string // name of the street it lies in
	Agency      string // name of the unit that answers for it
	MediaURL    string
	Answers     map[string][]string
	Followers   int
	RequestedAt time.Time
	UpdatedAt   time.Time
	Expected    *time.Time // when it is to be answered; nil: no such time runs
	known       bool       // its number may be told: the desk has looked, or it was told at once
}

// Ready reports whether its public number may be told by its token.
func (p Published) Ready() bool { return p.known }

// PublishedFilter narrows a public list.
type PublishedFilter struct {
	IDs      []string // then nothing else counts
	Services []string
	From, To *time.Time // when it was reported; both bounds count
	Open     bool
	Closed   bool
}

// span is the stretch of time that a filter asks for: ninety days at most, up to now where nothing is said. Returns form.
func (f PublishedFilter) span(now time.Time) (from, to time.Time, err error) {
	const most = MaxPublishedDays * 24 * time.Hour
	switch {
	case f.From == nil && f.To == nil:
		from, to = now.Add(-most), now
	case f.From == nil:
		from, to = f.To.Add(-most), *f.To
	case f.To == nil:
		from, to = *f.From, f.From.Add(most)
	default:
		from, to = *f.From, *f.To
	}
	wrong := fault.New(fault.Invalid, "form")
	if to.Before(from) {
		wrong.With("end_date", "intake.span_backwards")
	} else if to.Sub(from) > most {
		wrong.With("end_date", "intake.span_long", "max", MaxPublishedDays)
	}
	return from, to, wrong.OrNil()
}

// Published lists what is public, the newest first and a thousand at most. Returns form for a stretch that is too long or
// runs backwards, or too many numbers.
func (s *Service) Published(ctx context.Context, f PublishedFilter) ([]Published, error) {
	w := &store.Where{}
	w.Add("NOT c.confidential")
	if len(f.IDs) > 0 {
		if len(f.IDs) > MaxPublished {
			return nil, fault.New(fault.Invalid, "form").With("service_request_id", "form.too_many", "max", MaxPublished)
		}
		w.In("p.public_id", f.IDs)
	} else {
		from, to, err := f.span(s.now())
		if err != nil {
			return nil, err
		}
		w.Add("p.requested_at >= ?", store.At(from))
		w.Add("p.requested_at <= ?", store.At(to))
		w.In("p.service", f.Services)
		switch {
		case f.Open && !f.Closed:
			w.Add("c.closed_at IS NULL")
		case f.Closed && !f.Open:
			w.Add("c.closed_at IS NOT NULL")
		}
	}
	var out []Published
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = s.published(ctx, tx, w)
		return err
	})
	return slices.DeleteFunc(out, func(p Published) bool { return !p.known }), err
}

// PublishedByToken finds a complaint by its token. Returns intake.not_found.
func (s *Service) PublishedByToken(ctx context.Context, token string) (Published, error) {
	w := &store.Where{}
	w.Add("p.token = ?", clipped(token, 60))
	var out []Published
	err := s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = s.published(ctx, tx, w)
		return err
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "intake.not_found")
	}
	if err != nil {
		return Published{}, err
	}
	return out[0], nil
}

// published reads what is public of complaints.
func (s *Service) published(ctx context.Context, tx *store.Tx, w *store.Where) ([]Published, error) {
	ground, err := s.atlas.Ground(ctx, tx)
	if err != nil {
		return nil, err
	}
	return store.Collect(ctx, tx, func(r *sql.Rows) (p Published, err error) {
		var token, media, main sql.NullString
		var answers, service, street string
		var requested, updated store.Time
		var closed, expected *store.Time
		if err = r.Scan(&p.Complaint, &p.ID, &service, &p.Way, &token, &media, &answers, &requested, &p.State, &p.Outcome, &p.Text, &p.Address, &p.Lon, &p.Lat, &street, &p.Agency,
			&updated, &closed, &expected, &p.Followers, &main); err != nil {
			return
		}
		p.Service, _ = PublicServiceOf(service)
		p.Service.Code = service
		p.Token, p.MediaURL, p.RequestedAt, p.UpdatedAt, p.Closed, p.Expected = token.String, media.String, requested.Time, updated.Time, closed != nil, moment(expected)
		if main.Valid { // what becomes of a merged one is what becomes of the one that it goes with
			p.State = main.String
		}
		p.known = p.Token == "" || p.State != Registered
		p.Area = areaName(ground, street)
		p.cover()
		err = json.Unmarshal([]byte(answers), &p.Answers)
		return
	}, `SELECT p.complaint, p.public_id, p.service, p.way, p.token, p.media_url, p.attributes, p.requested_at, c.state, c.outcome, c.text, c.address, c.lon, c.lat, c.street_code, u.name,
		c.updated_at, c.closed_at, (SELECT min(t.due_at) FROM term_v_open t WHERE t.matter_type = 'complaint' AND t.matter_id = c.id AND t.clock IN ('reply', 'redo')),
		(SELECT count(*) FROM intake_trackings k WHERE k.complaint = c.id AND k.part = 'follower'),
		(SELECT o.state FROM intake_merges g JOIN intake_complaints o ON o.id = g.main WHERE g.complaint = c.id AND g.ended_at IS NULL)
		FROM intake_public p JOIN intake_complaints c ON c.id = p.complaint JOIN org_v_units u ON u.id = c.unit
		WHERE `+w.SQL()+` ORDER BY p.requested_at DESC, p.complaint DESC LIMIT 1000`, w.Args()...)
}

// cover takes out what is not for everybody.
func (p *Published) cover() {
	if p.Way != ByOpen311 {
		p.Text, p.Address, p.Answers, p.MediaURL = "", "", nil, ""
		if p.Lon != nil && p.Lat != nil {
			lon, lat := math.Round(*p.Lon*1000)/1000, math.Round(*p.Lat*1000)/1000
			p.Lon, p.Lat = &lon, &lat
		}
		return
	}
	p.Text, p.Address = covered(p.Text), covered(room.ReplaceAllString(p.Address, "${1}"))
}

var (
	// room is a flat in an address: the house is told, the door is not.
	room = regexp.MustCompile(`([号弄栋幢座楼])\s*[0-9０-９A-Za-z一二三四五六七八九十\-－]{1,8}\s*[室房户]`)
	// reaching are digits that are long enough to be somebody's number, and addresses of mail.
	plate = regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·•.\s]?[A-Za-z0-9]{5,6}`)
	named = regexp.MustCompile(`(姓名|我叫|他叫|她叫|名叫|叫做|名字是|联系人)([是为：:，,\s]*)[\p{Han}·]{2,4}`)
	// neighbour is who is spoken of by what he is to the writer, and by name.
	neighbour = regexp.MustCompile(`(邻居|业主|房东|租客|住户|户主|当事人|租户|老板|店主|负责人)([是为叫：:，,\s]*)[` + surnames + `][\p{Han}·]{1,2}([，。、；！？：,.;!?\s的在把将每又和与身住电系家经]|$)`)
	titled    = regexp.MustCompile(`[` + surnames + `][\p{Han}]{0,2}(先生|女士|小姐|师傅|阿姨|老师|老板|大爷|大妈)`)
	reaching  = regexp.MustCompile(`[0-9０-９][0-9０-９ \-－—]{5,}[0-9０-９][XxＸｘ]?|[^\s@，。；、]+@[^\s@，。；、]+\.[A-Za-z]{2,}`)
)

// surnames are the commonest ones: more than nine in ten people bear one of them.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖萧田董袁潘于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖武莫孔向常汤施乔季俞倪庄"

// covered is a text without the names, plates, numbers and addresses by which somebody is known or reached. What says a name
// in another way stays: so what was written to us alone is not shown to others at all, see cover.
func covered(text string) string {
	text = plate.ReplaceAllString(text, covering)
	text = named.ReplaceAllString(text, "${1}${2}"+covering)
	text = neighbour.ReplaceAllString(text, "${1}${2}"+covering+"${3}")
	text = titled.ReplaceAllString(text, covering+"${1}")
	text = room.ReplaceAllString(text, "${1}"+covering)
	return reaching.ReplaceAllStringFunc(text, func(found string) string {
		digits := 0
		for _, r := range found {
			if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
				digits++
			}
		}
		if strings.Contains(found, "@") || digits >= 7 {
			return covering
		}
		return found
	})
}

// areaName is the name of a street's area; empty where there is none.
func areaName(ground *area.Ground, code string) string {
	if name := streetName(ground, code); name != code {
		return name
	}
	return ""
}
