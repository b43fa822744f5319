package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"jiexu/law"
)

// StatuteView is one statute in the list.
type StatuteView struct {
	Code     string `json:"code"`
	Title    string `json:"title"`
	TitleEn  string `json:"titleEn"`
	Version  string `json:"version" doc:"the day the text was passed"`
	From     string `json:"from" doc:"first day in force"`
	To       string `json:"to,omitempty" doc:"last day in force"`
	Note     string `json:"note,omitempty"`
	Articles []int  `json:"articles"`
}

// ArticleView is one article with its place in the statute.
type ArticleView struct {
	Cite       string             `json:"cite"`
	Statute    string             `json:"statute"`
	Number     int                `json:"number"`
	Label      string             `json:"label"`
	Headings   []string           `json:"headings"`
	Paragraphs []ArticleParagraph `json:"paragraphs"`
	Version    string             `json:"version"`
	From       string             `json:"from"`
	To         string             `json:"to,omitempty"`
	Marked     int                `json:"marked,omitempty" doc:"the paragraph that the citation names"`
}

// ArticleParagraph is a paragraph and its items.
type ArticleParagraph struct {
	Text  string   `json:"text"`
	Items []string `json:"items"`
}

// CalendarView is a year as the law counts it.
type CalendarView struct {
	Year      int           `json:"year"`
	Published bool          `json:"published"`
	Version   string        `json:"version"`
	Days      []CalendarDay `json:"days" doc:"days off by the yearly notice and make-up working days"`
}

// CalendarDay is one day that is not what its weekday says.
type CalendarDay struct {
	Date    string `json:"date"`
	Kind    string `json:"kind" enum:"holiday,make_up"`
	Holiday string `json:"holiday"`
}

// LawOperations offers statutes, articles and the calendar of the moment to everyone who works.
func LawOperations(a huma.API, calendar func() *law.Calendar) {
	Register(a, Op{ID: "law.statutes", Method: http.MethodGet, Path: "/law/statutes", Permission: "law.read", Summary: "The statutes that ship"}, statutesOp)
	Register(a, Op{ID: "law.article", Method: http.MethodGet, Path: "/law/articles/{cite}", Permission: "law.read", Summary: "The text of a citation, such as AP 60"}, articleOp)
	Register(a, Op{ID: "law.calendar", Method: http.MethodGet, Path: "/law/calendar", Permission: "law.read", Summary: "The working-day calendar of a year"}, calendarOp(calendar))
}

func statutesOp(ctx context.Context, _ *struct{}) (*struct {
	Body struct {
		Items []StatuteView `json:"items"`
	}
}, error) {
	out := &struct {
		Body struct {
			Items []StatuteView `json:"items"`
		}
	}{}
	list, err := law.Statutes()
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		numbers, err := s.Articles()
		if err != nil {
			return nil, err
		}
		v := StatuteView{Code: s.Code, Title: s.Title, TitleEn: s.TitleEn, Version: s.Version.String(), From: s.ValidFrom.String(), To: dateText(s.ValidTo), Note: s.Note, Articles: numbers}
		if Lang(ctx) == "en" && s.NoteEn != "" {
			v.Note = s.NoteEn
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

func articleOp(_ context.Context, in *struct {
	Cite string `path:"cite" maxLength:"40"`
	On   string `query:"on" doc:"the text in force on that day; the newest without it"`
}) (*struct{ Body ArticleView }, error) {
	c, err := law.ParseCite(in.Cite)
	if err != nil {
		return nil, err
	}
	find := func() (*law.Article, error) { return law.Find(c) }
	if in.On != "" {
		day, err := law.ParseDate(in.On)
		if err != nil {
			return nil, err
		}
		find = func() (*law.Article, error) { return law.FindOn(c, day) }
	}
	a, err := find()
	if err != nil {
		return nil, err
	}
	v := ArticleView{Cite: c.String(), Statute: a.Statute.Title, Number: a.Number, Label: a.Label(), Headings: a.Headings, Version: a.Statute.Version.String(),
		From: a.Statute.ValidFrom.String(), To: dateText(a.Statute.ValidTo), Marked: c.Para}
	for _, p := range a.Paragraphs {
		items := p.Items
		if items == nil {
			items = []string{}
		}
		v.Paragraphs = append(v.Paragraphs, ArticleParagraph{Text: p.Text, Items: items})
	}
	return &struct{ Body ArticleView }{v}, nil
}

type calendarInput struct {
	Year int `query:"year" minimum:"1900" maximum:"2999" required:"true"`
}

func calendarOp(calendar func() *law.Calendar) func(context.Context, *calendarInput) (*struct{ Body CalendarView }, error) {
	return func(_ context.Context, in *calendarInput) (*struct{ Body CalendarView }, error) {
		cal := calendar()
		v := CalendarView{Year: in.Year, Version: cal.Version(), Days: []CalendarDay{}}
		first, err := law.ParseDate(strconv.Itoa(in.Year) + "-01-01")
		if err != nil {
			return nil, err
		}
		v.Published = cal.Notice(in.Year) != nil
		for d := first; d.Year == in.Year; d = d.AddDays(1) {
			if day := cal.Day(d); day.Kind == law.Holiday || day.Kind == law.MakeUpDay {
				v.Days = append(v.Days, CalendarDay{Date: d.String(), Kind: string(day.Kind), Holiday: day.Holiday})
			}
		}
		return &struct{ Body CalendarView }{v}, nil
	}
}

func dateText(d law.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
