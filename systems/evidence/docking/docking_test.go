package docking_test

import (
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/data"
	"jiexu/fault"
	"jiexu/law"
	"jiexu/systems/evidence/docking"
)

var at = time.Date(2026, 3, 4, 9, 30, 15, 0, law.Shanghai)

func TestNames(t *testing.T) {
	patterns, err := docking.Shipped(data.FS)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]docking.Claim{
		"DSJ0012_012345_20260304093015_0001_IMP.mp4":  {Device: "DSJ0012", Officer: "012345", Began: at, Key: true},
		"大宁中队/2026/dsj0012@012345_20260304093015.MP4": {Device: "DSJ0012", Officer: "012345", Began: at},
		"012345_20260304_093015_BWC-0012.mp4":         {Device: "BWC-0012", Officer: "012345", Began: at},
		"20260304093015_BWC0012_012345_0001.wav":      {Device: "BWC0012", Officer: "012345", Began: at},
		"BWC0012/20260304/093015_2.mp4":               {Device: "BWC0012", Began: at},
		"D:\\导出\\BWC0012\\2026-03-04\\09-30-15.mp4":   {Device: "BWC0012", Began: at},
		"012345/BWC0012_20260304_093015_KEY.mp4":      {Device: "BWC0012", Officer: "012345", Began: at, Key: true},
		"VID_20260304_093015.mp4":                     {Began: at},
		"2026-03-04 09.30.15.jpg":                     {Began: at},
		"BWC0012/20261304/093015.mp4":                 {},
		"DSJ0012_012345_20260229093015_0001.mp4":      {Device: "DSJ0012", Officer: "012345"}, // no leap year
		"DSJ0012_012345_19700101000012_0001.mp4":      {Device: "DSJ0012", Officer: "012345"}, // a clock that lost its battery
		"DSJ0012_012345_20260232093015_0001.mp4":      {},
		"DSJ0012_012345_20260229253015_0001.mp4":      {},
		"holiday.mp4":                                 {},
		"99999999999999_BWC0012_012345.mp4":           {},
	} {
		got, ok := patterns.Read(name, law.Shanghai)
		if ok != (want != docking.Claim{}) || got.Device != want.Device || got.Officer != want.Officer || !got.Began.Equal(want.Began) || got.Key != want.Key {
			t.Errorf("%s: %+v %v", name, got, ok)
		}
	}
	if _, err := docking.ParsePatterns([]byte("[[pattern]]\nmaker='x'\nexpr='(?P<device>[A-Z]+)$'\nexample='123'\n")); err == nil {
		t.Error("a pattern that does not fit its example")
	}
}

func TestSidecars(t *testing.T) {
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String("设备编号=dsj0012\r\n警号=012345\r\n开始时间=2026-03-04 09:30:15\r\n结束时间=2026-03-04 09:31:15\r\n重点标记=是\r\n设备时间=2026-03-04 18:00:30\r\n采集站时间=2026-03-04 18:00:00\r\n")
	for name, content := range map[string]string{
		"a.json": `{"device":{"sn":"dsj0012"},"userNo":"012345","startTime":"2026-03-04 09:30:15","endTime":"2026-03-04 09:31:15","important":true,"deviceClock":"2026-03-04 18:00:30","station":"2026-03-04 18:00:00"}`,
		"a.xml":  `<?xml version="1.0" encoding="GBK"?><record sn="dsj0012"><policeNo>012345</policeNo><startTime>2026-03-04 09:30:15</startTime><duration>60</duration><key>1</key><deviceTime>2026-03-04 18:00:30</deviceTime><dockTime>2026-03-04 18:00:00</dockTime></record>`,
		"a.txt":  gb,
	} {
		c, err := docking.ReadSidecar(name, []byte(content), law.Shanghai)
		if err != nil || c.Device != "DSJ0012" || c.Officer != "012345" || !c.Began.Equal(at) || c.Long != time.Minute || !c.Key || c.Drift == nil || *c.Drift != 30*time.Second {
			t.Errorf("%s: %+v %v", name, c, err)
		}
	}
	for name, content := range map[string]string{"nothing.txt": "hello", "empty.json": "", "broken.json": `{"sn":`, "list.json": `[1,2]`, "page.xml": "<a><b>"} {
		if _, err := docking.ReadSidecar(name, []byte(content), law.Shanghai); !fault.Is(err, "evidence.sidecar") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c, err := docking.ReadSidecar("p.json", []byte(`{"sn":"x","lon":500,"lat":31,"start":"yesterday","seconds":"-4"}`), law.Shanghai); err != nil || c.Lon != nil || !c.Began.IsZero() || c.Long != 0 {
		t.Errorf("what makes no sense is left out: %+v %v", c, err)
	}
}

func FuzzReadSidecar(f *testing.F) {
	f.Add("a.json", []byte(`{"sn":"x","a":{"b":{"c":{"d":{"e":1}}}}}`))
	f.Add("a.xml", []byte(`<a sn="x"><b>1</b></a>`))
	f.Add("a.txt", []byte("sn=x\n时间:2026"))
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		c, err := docking.ReadSidecar(name, content, law.Shanghai)
		if err == nil && (len([]rune(c.Device)) > 40 || c.Long < 0) {
			t.Errorf("%+v", c)
		}
	})
}
