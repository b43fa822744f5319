package place

import (
	"testing"

	"jiexu/data"
)

func BenchmarkEstimate(b *testing.B) {
	r, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	rows := [][2]string{{"肯德基(大宁国际店)", "共和新路1868号大宁国际商业广场3座4楼401"}, {"小绍兴", "江宁路428号"}, {"共和新路广中路(公交站)", "312路;322路;46路"},
		{"上海市第十人民医院12号楼", ""}, {"海底捞", "昌平路990号7号楼(近胶州路)"}, {"", "万荣路1256弄"}}
	for i := 0; b.Loop(); i++ {
		r.Estimate(rows[i%len(rows)][0], rows[i%len(rows)][1])
	}
}

func BenchmarkShipped(b *testing.B) {
	for b.Loop() {
		rows, lines, err := loadKnown(data.FS)
		if err != nil {
			b.Fatal(err)
		}
		NewRegister(rows, lines)
	}
}

func BenchmarkWith(b *testing.B) {
	r, err := Shipped()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.With(Known{Address: "江宁路428号", At: Point{121.45, 31.24}, Weight: ConfirmedWeight})
	}
}
