// Command topics makes data/topics/counts, how common runs of characters are in complaints of other cities, from
// ../shared/data/complaints. Those are contest data without a licence: what is written holds counts by hash, and no text.
// What topics are measured on (hot_topics.csv) is not counted. See data/topics/README.md.
package main

//go:generate sh -c "cd ../.. && go run ./tools/topics"

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"jiexu/sheet"
	"jiexu/topic"
)

var files = []string{"labelled.csv", "replied.csv"}

func main() {
	source, target := "../shared/data/complaints", "data/topics"
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "%s is not here: the counts stay as they are\n", source)
		return
	}
	b, err := count(source)
	if err == nil {
		err = os.WriteFile(filepath.Join(target, "counts"), b.Encode(), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func count(source string) (*topic.Background, error) {
	var notes []topic.Note
	m, err := sheet.ParseMap([]byte("[columns]\ntitle='留言主题'\ntext='留言详情'\n"), []string{"title", "text"})
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		path := filepath.Join(source, name)
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		t, err := sheet.Open(path, raw, sheet.FileOptions{})
		if err != nil {
			return nil, err
		}
		b, err := m.Bind(t)
		if err != nil {
			return nil, err
		}
		if err := t.Each(func(r sheet.Row) error {
			if r.Problem != nil {
				return fmt.Errorf("%s: line %d: %w", path, r.Line, r.Problem)
			}
			notes = append(notes, topic.Note{Title: b.Value(r, "title"), Text: b.Value(r, "text")})
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return topic.NewBackground().With(notes), nil
}
