package intake_test

import (
	"context"
	"os"
	"testing"

	"jiexu/org"
	"jiexu/store"
	"jiexu/store/storetest"
	"jiexu/systems/intake"
)

// BenchmarkImport takes in the 4,326 rows of hot_topics.csv, where they are to be had.
func BenchmarkImport(b *testing.B) {
	content, err := os.ReadFile("/work/shared/data/complaints/hot_topics.csv")
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
