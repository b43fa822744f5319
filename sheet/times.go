package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
)

// excelDays stands in a list of formats for a day number as spreadsheets count: 43856.8244.
const excelDays = "excel"

// usual are the formats that are tried where a map names none. None of them has the day first: which
// of 3/4/2019 is the month, only the map can know.
var usual = []string{
	"yyyy-M-d H:m:s", "yyyy/M/d H:m:s", "yyyy-M-d H:m", "yyyy/M/d H:m", "yyyy-M-d", "yyyy/M/d",
	"yyyy.M.d H:m:s", "yyyy.M.d H:m", "yyyy.M.d",
	"yyyy年M月d日 H:m:s", "yyyy年M月d日 H:m", "yyyy年M月d日H时m分s秒", "yyyy年M月d日H时m分", "yyyy年M月d日 H时m分", "yyyy年M月d日",
	"yyyyMMddHHmmss", "yyyyMMdd HH:mm:ss", "yyyyMMdd", excelDays,
}

// times makes ready how the map's times are read: by default the usual formats in Shanghai's time.
func (m *Map) times() error {
	m.zone = law.Shanghai
	if z := m.Times.Zone; z != "" && z != "Asia/Shanghai" && z != "+08:00" {
		if at, err := time.Parse("-07:00", z); err == nil {
			_, offset := at.Zone()
			m.zone = time.FixedZone(z, offset)
		} else if loc, err := time.LoadLocation(z); err == nil {
			m.zone = loc
		} else {
			return fault.New(fault.Invalid, "import.map_option", "option", "times.zone", "value", z, "values", "+08:00, Asia/Shanghai")
		}
	}
	formats := m.Times.Formats
	if len(formats) == 0 {
		formats = usual
		m.layouts = []string{time.RFC3339, "2006-01-02T15:04:05"}
	}
	for _, f := range formats {
		layout, ok := layoutOf(f)
		if !ok {
			return fault.New(fault.Invalid, "import.map_format", "format", f)
		}
		m.layouts = append(m.layouts, layout)
	}
	return nil
}

// patterns are the letters of a format and what Go calls them. One letter takes one digit or two.
var patterns = map[string]string{
	"yyyy": "2006", "MM": "01", "M": "1", "dd": "02", "d": "2", "HH": "15", "H": "15", "mm": "04", "m": "4", "ss": "05", "s": "5",
}

// layoutOf translates a format such as yyyy/M/d H:mm:ss. It is false without a year, a month and a
// day, and for letters that mean nothing here.
func layoutOf(format string) (string, bool) {
	if format == excelDays {
		return excelDays, true
	}
	var out strings.Builder
	seen := map[byte]bool{}
	for i := 0; i < len(format); {
		c := format[i]
		if c >= '0' && c <= '9' || c == '_' {
			return "", false // Go would take them for something
		}
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			out.WriteByte(c)
			i++
			continue
		}
		n := i
		for n < len(format) && format[n] == c {
			n++
		}
		layout, ok := patterns[format[i:n]]
		switch {
		case c == 'T' && n == i+1:
			layout = "T"
		case !ok || seen[c]:
			return "", false
		}
		seen[c] = true
		out.WriteString(layout)
		i = n
	}
	return out.String(), seen['y'] && seen['M'] && seen['d']
}

// fromDays reads a spreadsheet's day number, whose fraction is the time of day on the wall clock.
// Numbers below 10000 (before 1927) are no dates of complaints, and years of four digits and months
// would be read as such.
func (b *Binding) fromDays(s string) (time.Time, bool) {
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || !(days >= 10000 && days < 2958466) { // 9999-12-31
		return time.Time{}, false
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, b.m.zone)
	if b.epoch == Epoch1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, b.m.zone)
	}
	whole, fraction := math.Modf(days)
	seconds := math.Round(fraction * 86400)
	day := first.AddDate(0, 0, int(whole))
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(seconds), 0, b.m.zone), true
}

// Moment reads a time that comes without a map: RFC 3339, or one of the usual formats in a zone.
func Moment(s string, zone *time.Location) (time.Time, bool) {
	s = strings.Join(strings.Fields(s), " ")
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, t.Year() > 0
	}
	for _, format := range usual {
		layout, ok := layoutOf(format)
		if !ok || format == excelDays {
			continue
		}
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
