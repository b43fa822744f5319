package place

import (
	"encoding/csv"
	"hash/fnv"
	"os"
	"regexp"
	"slices"
	"testing"

	"jiexu/data"
)

const complaintsFile = "../../shared/data/complaints/hot_topics.csv"

func demoGazetteer(t testing.TB) *Gazetteer {
	t.Helper()
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	g, err := LoadGazetteer(data.FS, areas)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func readTable(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Skipf("%s is not here: %v", name, err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// heldOut names one row in five, by a hash.
func heldOut(row Known) bool {
	h := fnv.New32a()
	h.Write([]byte(row.Name + "|" + row.Address))
	return h.Sum32()%5 == 0
}

var hasNumber = regexp.MustCompile(`(路|街|大道)\d`)
var (
	roadAndNumber = regexp.MustCompile(`([\p{Han}]{2,8}?(?:路|街|大道))(\d{1,5})`)
	roadAlone     = regexp.MustCompile(`^([\p{Han}]{1,6}?(?:路|街|大道))`)
)

// TestLocateFindsHeldOutPlaces measures the gazetteer on real addresses that its register was not
// made from. Right means: the first proposal is the demonstration's area that the place lies in.
func TestLocateFindsHeldOutPlaces(t *testing.T) {
	rows, lines, err := loadKnown(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	areas, err := DemoAreas(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGazetteer(data.FS, areas, NewRegister(slices.DeleteFunc(slices.Clone(rows), heldOut), lines))
	if err != nil {
		t.Fatal(err)
	}
	var all, right, proposed, farther int
	var strangers, claimed int
	for _, row := range rows {
		if !heldOut(row) || !hasNumber.MatchString(row.Address) {
			continue
		}
		p := row.At
		found := g.Locate(row.Address)
		street := g.streetAt(p)
		if street == outside {
			if g.district.Distance(p) > 300 {
				strangers++
				if len(found) > 0 {
					claimed++
				}
			}
			continue
		}
		all++
		if len(found) == 0 {
			continue
		}
		proposed++
		if found[0].StreetCode == g.streets[street].area.Code {
			right++
		} else if os.Getenv("VERBOSE") != "" {
			t.Log(row.Address, g.streets[street].area.Name, found[0])
		}
		if Distance(p, found[0].Point) > 300 {
			farther++
		}
	}
	share := float64(right) / float64(all)
	t.Logf("%d held-out addresses of the district: %.1f%% right street, %.1f%% proposed, %.1f%% more than 300 m off", all, 100*share, 100*float64(proposed)/float64(all), 100*float64(farther)/float64(all))
	t.Logf("%d addresses outside: %.1f%% claimed for the district", strangers, 100*float64(claimed)/float64(strangers))
	if share < 0.8 {
		t.Errorf("right street for %.1f%%, want at least 80%%", 100*share)
	}
	if float64(claimed) > 0.1*float64(strangers) {
		t.Errorf("%d of %d addresses outside were claimed", claimed, strangers)
	}
}

// TestLocateLeavesOtherCitiesAlone reads real complaints of another city, whose own names were
// replaced by letters; some of its roads have namesakes in Jing'an.
func TestLocateLeavesOtherCitiesAlone(t *testing.T) {
	g := demoGazetteer(t)
	var all, guessed int
	for _, row := range readTable(t, complaintsFile) {
		all++
		if found := g.Locate(row["留言主题"] + "\n" + row["留言详情"]); len(found) > 0 {
			guessed++
			if os.Getenv("VERBOSE") != "" {
				t.Log(row["留言主题"], found)
			}
		}
	}
	t.Logf("%d texts of another city: %d located here", all, guessed)
	if float64(guessed) > 0.01*float64(all) {
		t.Errorf("%d of %d texts of another city were located here", guessed, all)
	}
}
