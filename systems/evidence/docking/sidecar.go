package docking

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/sheet"
)

// MaxSidecar is how many bytes a file beside a recording may have.
const MaxSidecar = 256 << 10

// Sidecars are the endings of files that say something of the recording beside which they lie.
var Sidecars = []string{".json", ".xml", ".txt", ".ini", ".csv"}

// IsSidecar tells by its ending that a file is no recording.
func IsSidecar(name string) bool {
	ending := strings.ToLower(path.Ext(name))
	for _, s := range Sidecars {
		if ending == s {
			return true
		}
	}
	return false
}

// fieldNames are our names of what stations write.
var fieldNames = map[string]string{
	"device": "device", "serial": "device", "deviceid": "device", "devicesn": "device", "sn": "device", "设备": "device", "设备编号": "device", "设备序列号": "device", "产品序号": "device", "序列号": "device",
	"officer": "officer", "userno": "officer", "policeno": "officer", "badge": "officer", "userid": "officer", "警号": "officer", "人员编号": "officer", "执法证号": "officer", "使用人编号": "officer", "工号": "officer",
	"start": "start", "starttime": "start", "begin": "start", "begintime": "start", "recordtime": "start", "createtime": "start", "开始时间": "start", "拍摄时间": "start", "录制时间": "start",
	"end": "end", "endtime": "end", "结束时间": "end", "duration": "seconds", "时长": "seconds", "seconds": "seconds",
	"lon": "lon", "lng": "lon", "longitude": "lon", "经度": "lon", "lat": "lat", "latitude": "lat", "纬度": "lat",
	"key": "key", "important": "key", "mark": "key", "重点": "key", "重点标记": "key", "重要": "key",
	"deviceclock": "clock", "clock": "clock", "devicetime": "clock", "设备时间": "clock", "stationclock": "station", "station": "station", "docktime": "station", "采集站时间": "station", "对时时间": "station",
}

// ReadSidecar reads a file beside a recording: JSON, XML, or lines of name and value, in whatever encoding offices write. Returns evidence.sidecar
// for what is none of these. A value that makes no sense is left out: the recording says more, or a person will.
func ReadSidecar(name string, content []byte, zone *time.Location) (Claim, error) {
	if len(content) > MaxSidecar {
		return Claim{}, fault.New(fault.TooLarge, "evidence.sidecar", "name", path.Base(name))
	}
	text, _, err := sheet.Text(content, "")
	if err != nil {
		return Claim{}, fault.Wrap(err, fault.Invalid, "evidence.sidecar", "name", path.Base(name))
	}
	fields := map[string]string{}
	put := func(key, value string) {
		key = strings.ToLower(strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.TrimSpace(key)))
		if ours, ok := fieldNames[key]; ok && fields[ours] == "" {
			fields[ours] = strings.TrimSpace(value)
		}
	}
	switch trimmed := strings.TrimSpace(text); {
	case strings.HasPrefix(trimmed, "{"):
		err = readJSON(trimmed, put)
	case strings.HasPrefix(trimmed, "<"):
		err = readXML(trimmed, put)
	default:
		for line := range strings.Lines(trimmed) {
			if at := strings.IndexAny(line, "=:：,"); at > 0 {
				_, size := firstRune(line[at:])
				put(line[:at], line[at+size:])
			}
		}
	}
	if err != nil || len(fields) == 0 {
		return Claim{}, fault.New(fault.Invalid, "evidence.sidecar", "name", path.Base(name))
	}
	return claimOf(fields, zone), nil
}

func firstRune(s string) (r rune, size int) {
	for i, c := range s {
		if i > 0 {
			return r, i
		}
		r = c
	}
	return r, len(s)
}

func readJSON(text string, put func(key, value string)) error {
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		o, ok := v.(map[string]any)
		if !ok || depth > 4 {
			return
		}
		for key, value := range o {
			switch value := value.(type) {
			case string:
				put(key, value)
			case json.Number:
				put(key, value.String())
			case bool:
				put(key, strconv.FormatBool(value))
			default:
				walk(value, depth+1)
			}
		}
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return err
	}
	walk(v, 0)
	return nil
}

func readXML(text string, put func(key, value string)) error {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	name, seen := "", 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if seen++; err != nil || seen > 10_000 {
			return errors.Join(err, errors.New("xml"))
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = token.Name.Local
			for _, a := range token.Attr {
				put(a.Name.Local, a.Value)
			}
		case xml.CharData:
			if value := strings.TrimSpace(string(token)); value != "" && name != "" {
				put(name, value)
			}
		case xml.EndElement:
			name = ""
		}
	}
}

func claimOf(fields map[string]string, zone *time.Location) Claim {
	c := Claim{Source: "sidecar", Device: strings.ToUpper(cut(fields["device"])), Officer: cut(fields["officer"])}
	if zone == nil {
		zone = law.Shanghai
	}
	moment := func(name string) (time.Time, bool) {
		t, ok := sheet.Moment(fields[name], zone)
		return t, ok && t.Year() >= 2000
	}
	if t, ok := moment("start"); ok {
		c.Began = t
	}
	if end, ok := moment("end"); ok && !c.Began.IsZero() && end.After(c.Began) && end.Sub(c.Began) < 48*time.Hour {
		c.Long = end.Sub(c.Began)
	} else if n, err := strconv.ParseFloat(fields["seconds"], 64); err == nil && n > 0 && n < (48*time.Hour).Seconds() {
		c.Long = time.Duration(n * float64(time.Second)).Round(time.Millisecond)
	}
	lon, errLon := strconv.ParseFloat(fields["lon"], 64)
	lat, errLat := strconv.ParseFloat(fields["lat"], 64)
	if errLon == nil && errLat == nil && lon != 0 && lat != 0 && math.Abs(lon) <= 180 && math.Abs(lat) <= 90 {
		c.Lon, c.Lat = &lon, &lat
	}
	switch strings.ToLower(fields["key"]) {
	case "true", "1", "yes", "是", "重点":
		c.Key = true
	}
	device, okDevice := moment("clock")
	station, okStation := moment("station")
	if okDevice && okStation {
		if d := device.Sub(station); d.Abs() < 40*365*24*time.Hour {
			c.Drift = &d
		}
	}
	return c
}

// cut keeps what a name or number may have.
func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40])
	}
	return s
}
