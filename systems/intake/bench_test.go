package intake_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// BenchmarkImport takes in the 4,326 rows of hot_topics.csv, where they are to be had.
func BenchmarkImport(b *testing.B) {
	content, err := os.ReadFile("../../../shared/data/complaints/hot_topics.csv")
	if err != nil {
		b.Skip("the contest's data is not here: ", err)
	}
	for name, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				o := newOffice(b, open(b))
				columns, err := intake.ShippedMap("hot_topics")
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				done, err := o.svc.Import(context.Background(), org.Program("import"), intake.ImportFile{Name: "hot_topics.csv", Content: content, MapName: "hot_topics", Map: columns}, nil)
				if err != nil || done.Imported != 4326 {
					b.Fatal(done, err)
				}
			}
		})
	}
}

// BenchmarkList compares a page of the list with the bare query of the same rows.
func BenchmarkList(b *testing.B) {
	o := newOffice(b, storetest.SQLite(b))
	columns, err := intake.ShippedMap("generic")
	o.must(err)
	content := []byte(header + "\n")
	for i := range 20_000 {
		content = fmt.Appendf(content, "HL-%d,12345热线,投诉,第%d件,内容,,2026-03-0%d %02d:%02d,,,\n", i, i, 1+i%3, i%24, i%60)
	}
	_, err = o.svc.Import(context.Background(), org.Program("import"), intake.ImportFile{Name: "a.csv", Content: content, Map: columns}, nil)
	o.must(err)
	desk := o.actor("desk")
	ctx := context.Background()
	b.Run("page", func(b *testing.B) {
		for range b.N {
			if rows, _, err := o.svc.List(ctx, desk, intake.Filter{}, "zh-CN"); err != nil || len(rows) != 50 {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for range b.N {
			o.must(o.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
				rows, err := tx.Query(ctx, `WITH page AS (SELECT c.*, (SELECT n.id FROM term_v_open n WHERE n.matter_type = 'complaint' AND n.matter_id = c.id ORDER BY n.due_at LIMIT 1) AS first
					FROM intake_complaints c ORDER BY c.received_at DESC, c.id DESC LIMIT 50)
					SELECT c.id, c.number, c.title, c.channel, c.kind, c.category, c.state, c.unit, u.name, c.address, c.urgent, c.received_at, c.rev, t.due_at
					FROM page c JOIN org_v_units u ON u.id = c.unit LEFT JOIN term_v_open t ON t.id = c.first ORDER BY c.received_at DESC, c.id DESC `)
				if err != nil {
					return err
				}
				defer rows.Close()
				var cells [14]any
				dest := make([]any, len(cells))
				for i := range cells {
					dest[i] = &cells[i]
				}
				for rows.Next() {
					if err := rows.Scan(dest...); err != nil {
						return err
					}
				}
				return rows.Err()
			}))
		}
	})
}
