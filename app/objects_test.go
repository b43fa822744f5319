package app_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
)

// An area's objects are shown page by page, each once, from the south to the north, and none from beyond it.
func TestObjectsOfAnArea(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, w *world) {
		leader := w.as("leader.jas")
		var inside []string
		for i := range 40 {
			lon, lat := 121.4460+float64(i%8)*0.0021, 31.2600+float64(i/8)*0.0031
			code := fmt.Sprintf("店-%02d", i)
			leader.do("POST", "/objects", fmt.Sprintf(`{"code":%q,"kind":"shop","name":"某店","address":"南京西路%d号","lon":%v,"lat":%v}`, code, i, lon, lat)).ok(200)
			if lon >= 121.4475 && lon <= 121.4590 && lat >= 31.2610 && lat <= 31.2710 {
				inside = append(inside, code)
			}
		}
		for _, limit := range []int{1, 3, 7, 200} {
			var seen []string
			for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
				a := leader.do("GET", fmt.Sprintf("/objects?area=121.4475,31.2610,121.4590,31.2710&limit=%d&cursor=%s", limit, url.QueryEscape(cursor)), "").ok(200)
				var page struct {
					Items []struct{ Code string }
					Next  string
				}
				if err := json.Unmarshal([]byte(a.body), &page); err != nil {
					t.Fatal(err)
				}
				for _, o := range page.Items {
					seen = append(seen, o.Code)
				}
				if cursor = page.Next; len(page.Items) > limit || pages > 60 {
					t.Fatalf("%d on a page of %d, page %d", len(page.Items), limit, pages)
				}
			}
			slices.Sort(seen)
			if !slices.Equal(seen, inside) {
				t.Errorf("by %d: %v, want %v", limit, seen, inside)
			}
		}
		leader.do("GET", "/objects", "").problem(422, "form")
		leader.do("GET", "/objects?area=121,31,120,32", "").problem(422, "form")
	})
}
