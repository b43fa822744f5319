package app_test

import (
	"testing"

	"jiexu/app"
	"jiexu/classify"
	"jiexu/law"
	"jiexu/systems/intake"
)

// The office's own complaints teach: those whose category is one of the classes, and those from which a case was
// filed. The rest tell only what is common.
func TestClassHistory(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		history := func(task string) (examples []classify.Example, others, texts int) {
			o, err := classify.OptionsFor(task, law.On(w.clock.now()))
			if err != nil {
				t.Fatal(err)
			}
			background := classify.NewBackground()
			examples, others, err = app.ClassHistory(t.Context(), w.app.DB, o.Lexicon, background)
			if err != nil {
				t.Fatal(err)
			}
			return examples, others, background.Texts()
		}
		before, others, texts := history(classify.Complaints)
		if others == 0 || texts != others {
			t.Errorf("%d others, %d counted", others, texts)
		}
		for _, category := range []string{"环境保护", "没有这一类", ""} {
			if _, err := w.app.Intake.Register(t.Context(), w.actor("desk"), intake.Registration{Channel: "letter", Kind: "complaint", Category: category, Title: "工厂排污", Content: "河水发黑" + category}); err != nil {
				t.Fatal(err)
			}
		}
		after, more, _ := history(classify.Complaints)
		if len(after) != len(before)+1 || more != others+2 {
			t.Fatalf("examples %d, then %d; others %d, then %d", len(before), len(after), others, more)
		}
		if e := after[len(after)-1]; e.Class != "环境保护" || e.Subject != "工厂排污" || e.Body != "河水发黑环境保护" {
			t.Errorf("%+v", e)
		}
		// A case that the officer drafted is not yet what the office found; one that was filed is.
		s := newStory(w)
		s.tell(t, toCase)
		if matters, _, _ := history(classify.Matters); len(matters) != 0 {
			t.Errorf("drafted: %+v", matters)
		}
		s.tell(t, toNoticed)
		matters, others, texts := history(classify.Matters)
		if len(matters) != 1 || matters[0].Class != "WY-01" || matters[0].Subject != "楼上敲承重墙" || others == 0 || texts != others {
			t.Errorf("filed: %+v, %d others, %d counted", matters, others, texts)
		}
	})
}
