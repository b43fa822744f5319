package tracks

import (
	"slices"

	"jiexu/law"
)

// What tracks do to the rest of the case. The steps that do it are named here once, for casework to ask.

// RemedyRan is from when to when reconsideration or litigation of the penalty kept the surcharge from running
// (AP 73): from the day on which it was asked for to that of its outcome; to is zero while it still does.
func RemedyRan(procedure string, steps []Taken) (from, to law.Date, ok bool) {
	if procedure != CodeReconsider && procedure != CodeLitigate || contested(Running{Steps: steps}) != ContestPenalty {
		return
	}
	from = steps[0].Date("filed_on")
	if from.IsZero() {
		from = law.On(steps[0].At)
	}
	for _, t := range steps {
		switch t.Step {
		case stepAppeal:
			to = law.Date{} // it is not over yet
		case stepOverturn, stepLast, "last_word_kept":
			to = t.Date("delivered_on")
		case stepUphold:
			if procedure == CodeReconsider { // a judgement counts when it can be appealed no more
				to = t.Date("delivered_on")
			}
		case stepLeave, stepRefused:
			if to = t.Date("ended_on"); to.IsZero() {
				to = law.On(t.At)
			}
		case "becomes_final_kept":
			if to.IsZero() {
				to = law.On(t.At)
			}
		}
	}
	return from, to, true
}

// WaivesSurcharge reports whether an agreement on execution gave the surcharge up (AC 42(1)). One that was broken
// gives nothing up, for execution goes on (AC 42(2)).
func WaivesSurcharge(procedure string, steps []Taken) bool {
	waived := false
	for _, t := range steps {
		switch t.Step {
		case exAgree:
			waived, _ = t.Fields["waive_surcharge"].(bool)
		case exBroken:
			waived = false
		}
	}
	return procedure == CodeAgreement && waived
}

// Decides is the fine that a step decides on or changes, in yuan; 0 for a warning alone and for a decision that was
// revoked. A summary decision is made by its track alone; a revocation takes away what another has decided.
func Decides(procedure string, t Taken) (yuan int64, ok bool) {
	switch {
	case procedure == CodeSummary && t.Step == sumDecide:
		if t.Text("penalty") == "warning" {
			return 0, true
		}
		return t.Yuan("yuan"), true
	case procedure == CodeRevoke && t.Step == rvDecide:
		if t.Text("kind") == "change" {
			return t.Yuan("amount"), true
		}
		return 0, true
	}
	return 0, false
}

// Pays is what a step enters as paid towards the fine: yuan, the number of the bank's voucher or of the receipt,
// and whether it was cash.
func Pays(procedure string, t Taken) (yuan int64, voucher string, cash, ok bool) {
	switch {
	case procedure == CodeSummary && t.Step == sumCollect:
		return t.Yuan("amount"), t.Text("receipt_no"), true, true
	case procedure == CodeSummary && t.Step == sumPay, procedure == CodeInstal && t.Step == inPart:
		return t.Yuan("amount"), t.Text("voucher"), false, true
	}
	return 0, "", false, false
}

// Withdraws names who has withdrawn from the case by a step, and who takes over, if anybody (AP 43).
func Withdraws(procedure string, steps []Taken) (officer, successor string, ok bool) {
	for _, t := range steps {
		switch t.Step {
		case rcOwn, rcParty:
			officer = t.Text("officer")
		case rcGrant:
			successor, ok = t.Text("successor"), procedure == CodeRecuse
		}
	}
	return officer, successor, ok
}

// ServedByStep reports whether a step of some track records how documents of a kind are served.
func ServedByStep(kind string) bool {
	for _, t := range All {
		for _, kinds := range t.Serves {
			if slices.Contains(kinds, kind) {
				return true
			}
		}
	}
	return false
}

// CourtClock is the code of the main procedures' clock of the three months in which the court may be asked (AC 53).
const CourtClock = "court"

// MeetsMain are the clocks of the main procedure that a step of a track beside it meets.
func MeetsMain(procedure string, t Taken) []string {
	if procedure == CodeCourt && (t.Step == ctApply || t.Step == ctPaid || t.Step == ctGiveUp) {
		return []string{CourtClock}
	}
	return nil
}

// MovesCourt reports whether what happens in a track moves the time in which the court may be asked.
func MovesCourt(procedure string) bool {
	return procedure == CodeInstal || procedure == CodeReconsider || procedure == CodeLitigate
}

// MainEnd is how far a track leads the ordinary procedure of its case.
type MainEnd string

// How far tracks lead the ordinary procedure.
const (
	MainTerminated MainEnd = "terminated" // no penalty, not ours, a crime: it ends without one
	MainPerformed  MainEnd = "performed"  // the fine is paid
)

// Leads says how far a step of a track leads the ordinary procedure of its case.
func Leads(procedure string, t Taken) (to MainEnd, ok bool) {
	switch {
	case procedure == CodeNoPenalty && t.Step == npDecide, procedure == CodeWithdrawFiling && t.Step == wfGrant,
		procedure == CodeCrime && t.Step == trAccepted, procedure == CodeJurisdiction && (t.Step == trAccepted || t.Step == trDesignate):
		return MainTerminated, true
	case procedure == CodeInstal && t.Step == inPaid:
		return MainPerformed, true
	}
	return "", false
}

// TurnsTo is the procedure that the case goes on in after a step of its main one.
func TurnsTo(procedure string, t Taken) (code string, ok bool) {
	switch {
	case procedure == CodeSummary && t.Step == sumTurn:
		return CodeOrdinary, true
	case procedure == CodeStructure && t.Step == stTurn:
		return CodeBuilding, true
	case procedure == CodeBuilding && t.Step == stTurn:
		return CodeStructure, true
	}
	return "", false
}

// Notes are the facts of the ordinary procedure that a step of a track beside it brings about or takes away: an
// order to correct that was served, and one that was not obeyed (SH 18).
func Notes(procedure string, t Taken) (sets, clears []string) {
	const ordered, refused = "correction_ordered", "correction_refused"
	if procedure != CodeCorrect {
		return nil, nil
	}
	switch t.Step {
	case corServe:
		return []string{ordered}, []string{refused}
	case corDefied:
		return []string{refused}, nil
	case corTake:
		return nil, []string{ordered, refused}
	}
	return nil, nil
}
