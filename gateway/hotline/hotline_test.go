package hotline

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"jiexu/fault"
	"jiexu/gateway"
	"jiexu/ledger"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/intake"
)

// stub takes everything in and keeps what it was asked.
type stub struct {
	registered intake.Registration
	step       string
	fields     map[string]any
	state      string
}

func (s *stub) Arrive(_ context.Context, _ org.Actor, in intake.Registration) (intake.Arrival, error) {
	s.registered = in
	return intake.Arrival{ID: "c", Number: "1"}, nil
}

func (s *stub) TakeFor(_ context.Context, _ org.Actor, _ string, choose func(intake.Standing) string, in map[string]any) (*intake.Receipt, error) {
	s.step, s.fields = choose(intake.Standing{Accepted: true, State: s.state}), in
	return &intake.Receipt{ID: "c", Number: "1"}, nil
}

func (s *stub) SaidBy(context.Context, *store.Tx, ledger.Record) (*intake.Said, bool, error) {
	return nil, false, nil
}

var came = time.Date(2026, 11, 23, 2, 30, 0, 0, time.UTC)

func take(s *stub, fields map[string]string) (gateway.Taken, error) {
	return Protocol{Intake: s}.Take(context.Background(), gateway.Arrival{Link: gateway.Link{Kind: gateway.Hotline, Unit: "u"}, Came: came, Order: gateway.Order{Complaint: "c"},
		Codes: func(string, string) (string, bool) { return "", false }, Event: gateway.Event{Type: fields["type"], Order: fields["order"], Fields: fields}})
}

func TestEventsBecomeSteps(t *testing.T) {
	for _, c := range []struct {
		fields map[string]string
		step   string
		code   string
	}{
		{map[string]string{"type": "urge"}, intake.StepHear, ""},
		{map[string]string{"type": "补充", "content": "又来了"}, intake.StepHear, ""},
		{map[string]string{"type": "redo", "reason": "没有解决"}, intake.StepRedo, ""},
		{map[string]string{"type": "redo", "reason": "没有解决", "state": intake.Closed}, intake.StepReopen, ""},
		{map[string]string{"type": "revisit", "satisfaction": "满意"}, intake.StepClose, ""},
		{map[string]string{"type": "revisit", "satisfaction": "还行吧"}, "", "form"},
		{map[string]string{"type": "extension", "result": "同意"}, intake.StepGiveTime, ""},
		{map[string]string{"type": "extension", "result": "不批准"}, intake.StepRefuseTime, ""},
		{map[string]string{"type": "return", "result": "yes"}, intake.StepSourceTook, ""},
		{map[string]string{"type": "return", "result": "否", "reason": "请办理"}, intake.StepSourceKept, ""},
		{map[string]string{"type": "return"}, "", "form"},
		{map[string]string{"type": "dance"}, "", "form"},
	} {
		s := &stub{state: c.fields["state"]}
		_, err := take(s, c.fields)
		if s.step != c.step || c.code != "" && !fault.Is(err, c.code) || c.code == "" && err != nil {
			t.Errorf("%v: step %q, %v; want %q %q", c.fields, s.step, err, c.step, c.code)
		}
	}
}

func TestAnOrderIsRead(t *testing.T) {
	s := &stub{}
	taken, err := take(s, map[string]string{"type": "order", "order": "A1", "kind": "举报", "content": "x", "phone": "1.3900001234E10", "accepted_at": "2026-11-23T09:00:00+08:00", "lon": "121.4", "lat": "31.2", "urgent": "特急", "confidential": "保密"})
	r := s.registered
	if err != nil || len(taken.Notes) > 0 || r.Kind != intake.Grievance || r.Phone != "13900001234" || !r.ReceivedAt.Equal(came.Add(-90*time.Minute)) || r.Lon == nil || !r.Urgent || !r.Confidential || r.Unit != "u" || r.Channel != intake.Hotline {
		t.Errorf("%+v %+v %v", r, taken, err)
	}
}

func FuzzTake(f *testing.F) {
	f.Add([]byte(`{"type":"order","order":"A","kind":"投诉","content":"x","accepted_at":"2099-01-01","lon":"1e999","phone":"１３９"}`))
	f.Add([]byte(`{"type":"extension","result":"?"}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		fields := map[string]string{}
		if json.Unmarshal(content, &fields) != nil {
			return
		}
		s := &stub{}
		taken, err := take(s, fields)
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v", content, err)
		}
		if err == nil && s.registered.ReceivedAt != nil && s.registered.ReceivedAt.After(came) {
			t.Errorf("%s: received in the future, %v", content, s.registered.ReceivedAt)
		}
		_ = taken
	})
}
