package tracks

import (
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// Clocks whose end an order, a notice or an approval sets: no article counts them, and yet somebody waits for each.
var (
	// InstalDay is the last day of a deferral, or of one of the instalments: each has a period of its own.
	InstalDay = setClock("instalment", "缴款期限（延期、分期）", "Day to pay, deferred or by instalment", "按批准决定载明的日期", "on the days that the approval sets", law.Days, law.AP(66, 2))
	// CorrectBy is the term that the order sets. An order to correct at once sets none.
	CorrectBy = setClock("correct_by", "改正期限", "Time to correct", "按责令改正通知书载明的期限", "as the order sets it", law.Hours, law.AP(28, 1), law.SH(18, 2))
	// StructureDemolishBy and BuildingRemoveBy are the times that the orders leave to the party.
	StructureDemolishBy = setClock("demolish_by", "自行拆除期限", "Time to demolish it oneself", "按责令限期拆除决定书载明的期限", "as the order sets it", law.Days, law.SB(8))
	BuildingRemoveBy    = setClock("remove_by", "自行拆除期限（正在搭建）", "Time to remove it oneself", "按责令停止建设通知书载明的期限", "as the order sets it", law.Hours, law.SB(11))
	// StructureCollectBy and StructureClearBy are what the notices after a demolition set.
	StructureCollectBy = setClock("collect_by", "财物领取期限", "Time to collect belongings", "按通知书载明的期限", "as the notice sets it", law.Days, law.SB(12, 1))
	StructureClearBy   = setClock("clear_by", "建筑垃圾清理期限", "Time to clear the rubble", "按清理通知书载明的期限", "as the notice sets it", law.Days, law.SB(13))
	// SeizeClaimBy is until when a party that is known may come for its things.
	SeizeClaimBy = setClock("claim_by", "通知认领期限", "Time to come for one's things", "按认领通知载明的期限", "as the party was told", law.Days, law.SH(22, 3))
	// AgreementBy is the last day to perform what was agreed.
	AgreementBy = setClock("perform_by", "执行协议履行期限", "Time to perform the agreement", "按执行协议载明的期限", "as the agreement sets it", law.Days, law.AC(42, 1))
)

// setClock is time that belongs to the party and whose end somebody set.
func setClock(code, zh, en, setZH, setEN string, unit law.Unit, cites ...law.Cite) procedure.Clock {
	return procedure.Clock{Code: code, Title: procedure.T(zh, en), Waits: true, Set: procedure.T(setZH, setEN), Period: law.Period{Unit: unit, Cites: cites}}
}

// setIn says which field of which steps sets the end of a clock.
var setIn = map[string]struct {
	field string
	steps []string
}{
	CorrectBy.Code:           {"until", []string{corOrder, corExtend}},
	StructureDemolishBy.Code: {"until", []string{stOrder}},
	BuildingRemoveBy.Code:    {"until", []string{buStop}},
	StructureCollectBy.Code:  {"until", []string{sdThingsLeft}},
	StructureClearBy.Code:    {"until", []string{sdClearOrder}},
	SeizeClaimBy.Code:        {"claim_by", []string{szCall}},
	AgreementBy.Code:         {"until", []string{exAgree}},
}

// SetEnds are the ends of a clock whose end somebody set, by the steps that its track has taken: several for the days of
// instalments, none where nothing was set, as where something is to be done at once.
func SetEnds(procedure, clock string, steps []Taken) (out []time.Time) {
	if clock == InstalDay.Code {
		if d, ok := Deferred(procedure, steps); ok {
			for _, on := range d.Days() {
				out = append(out, on.Start())
			}
		}
		return out
	}
	where := setIn[clock]
	set, ok := last(steps, where.steps)
	if !ok {
		return nil
	}
	if at, err := time.Parse(time.RFC3339, set.Text(where.field)); err == nil {
		return append(out, at)
	}
	if on := set.Date(where.field); !on.IsZero() {
		out = append(out, on.Start())
	}
	return out
}
