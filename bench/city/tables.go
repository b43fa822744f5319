package city

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"jiexu/store"
)

// tables are those that the play writes, with their columns in the order in which it gives them.
type tables struct {
	complaints, contacts, intakeOfficers, intakeSteps, results            *store.BulkTable
	cases, caseOfficers, parties, decided, evidence, caseSteps, documents *store.BulkTable
	payments, terms, board, texts, numbers, objects, counts               *store.BulkTable
}

// filled names the tables that are filled, for the indexes to be taken off.
var filled = []string{"intake_complaints", "intake_contacts", "intake_officers", "intake_steps", "intake_results", "casework_cases", "casework_officers", "casework_parties", "casework_decided",
	"casework_evidence", "casework_steps", "casework_documents", "casework_payments", "casework_objects", "term_terms", "oversight_board", "store_search_texts", "org_numbers", "ledger_entries"}

func readTables(ctx context.Context, tx *store.Tx) (*tables, error) {
	t := &tables{}
	for _, one := range []struct {
		into          **store.BulkTable
		name, columns string
	}{
		{&t.complaints, "intake_complaints", `id number channel source_no source_key source_digest kind category title text address lon lat located_by street_code
			confidential urgent received_at registered_at registered_by unit proposed_unit state facts case_id case_number
			reply_text replied_at outcome closed_at updated_at rev with_unit danger proposal asking`},
		{&t.contacts, "intake_contacts", `complaint name phone phone_hash`},
		{&t.intakeOfficers, "intake_officers", `complaint person name`},
		{&t.intakeSteps, "intake_steps", `id complaint step from_state to_state actor actor_name unit fields at`},
		{&t.results, "intake_results", `complaint unit kind channel person replied_at on_time contacted called`},
		{&t.cases, "casework_cases", `id number source complaint unit title matter act_date act_place lon lat findings proposed_yuan decided_yuan state facts opened_at opened_by
			filed_at decided_at closed_at updated_at found_on procedure object rev`},
		{&t.caseOfficers, "casework_officers", `case_id person name certificate`},
		{&t.parties, "casework_parties", `id case_id kind name id_code representative address phone rev`},
		{&t.decided, "casework_decided", `case_id id_code act_date matter`},
		{&t.evidence, "casework_evidence", `id case_id seq kind title proves obtained_on media added_by added_at`},
		{&t.caseSteps, "casework_steps", `id case_id step from_state to_state actor actor_name unit fields at`},
		{&t.documents, "casework_documents", `id case_id kind number title fields pdf sha256 check_code issued_at issued_by entry`},
		{&t.payments, "casework_payments", `id case_id yuan voucher paid_on at by_person`},
		{&t.terms, "term_terms", `id matter_type matter_id unit clock amount period_unit cites start_at due_at due_date provisional calendar_version suspended_from excluded met_at rev`},
		{&t.board, "oversight_board", `subject_type subject_id unit state living began_at moved_at steps`},
		{&t.texts, "store_search_texts", `kind subject part tokens`},
		{&t.numbers, "org_numbers", `unit kind year issued`},
		{&t.counts, "oversight_counts", `unit subject_type state living n`},
		{&t.objects, "casework_objects", `id code kind name address lon lat cell unit registered_at registered_by gone_at rev`},
	} {
		var err error
		if *one.into, err = tx.BulkTable(ctx, one.name, strings.Fields(one.columns)...); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// sortedKeys gives counters in an order that does not change.
func sortedKeys(m map[numberKey]int) []numberKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b numberKey) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.kind, b.kind), cmp.Compare(a.year, b.year))
	})
}
