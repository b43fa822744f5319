package org

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/ledger"
	"jiexu/store"
)

// Authority is who acts in the unit's name on documents (执法主体), and where the fine is paid. What
// is empty is left blank on paper, to be filled in by hand.
type Authority struct {
	Name            string `json:"name"`            // 作出决定的行政机关
	Address         string `json:"address"`         // 地址
	Phone           string `json:"phone"`           // 电话
	Bank            string `json:"bank"`            // 代收罚款银行
	Account         string `json:"account"`         // 罚款专户
	Reconsideration string `json:"reconsideration"` // 复议机关
	Court           string `json:"court"`           // 起诉法院
	Government      string `json:"government"`      // 作出强制拆除决定的人民政府 (SB 10)
	// Where that government's own decisions are contested: the government above it, and the court (AL 15).
	GovernmentReconsideration string `json:"governmentReconsideration"`
	GovernmentCourt           string `json:"governmentCourt"`
}

// setting is a key that a unit may set: what holds where nobody has set it, and how a value is checked.
type setting struct {
	preset any // nil: there is none
	check  func(json.RawMessage) error
}

// settings are all keys of version 1. A key that ends in a dot stands for all keys that begin so.
var settings = map[string]setting{
	"authority":       {Authority{}, as[Authority]},
	"calendar":        {"CN", oneOf("CN")},
	"casework.review": {"major", oneOf("all", "major")}, // which cases need legal review (AP 58): all, or those that the law names
	// On which basis a service by announcement counts: SH 25, sixty days, or CP 95, thirty.
	"casework.announcement": {"SH 25", oneOf("SH 25", "CP 95")},
	// Which answers to complaints a second person reads before they go out.
	"intake.check": {answerCheck{Kinds: []string{}}, as[answerCheck]},
	// How many of a hundred citizens are called back, by kind of complaint; how much "fairly satisfied" counts of a hundred;
	// at which per cent of a period the leader, the desk and the bureau are told.
	"intake.revisit": {map[string]int{"complaint": 100, "help": 100, "consultation": 20, "suggestion": 20, "praise": 0}, checkShares},
	// For how many days after the end the office keeps who complained; how the portal is guarded, and whom it names for those
	// who would rather telephone.
	"intake.contact_days": {180, checkDays},
	// For how many months recordings are kept at least, by kind; the law's least is six (systems/evidence/retention.go).
	"evidence.keep_months": {map[string]int{"film": 6, "sound": 6, "picture": 6, "paper": 6}, checkKeeping},
	"portal.limits":        {PortalLimits{PerAddressHour: 12, PerAddressDay: 40, PerContactDay: 10, PerHour: 600, Seconds: 3, Codes: 20}, checkPortal},
	"portal.phone":         {"12345", as[string]},
	"intake.fairly":        {60, checkShare},
	// Within how many metres of a second squad's area a place is at a border.
	"intake.border": {50, checkMetres},
	"intake.ladder": {[]int{50, 80, 100}, checkLadder},
	"matters":       {[]string{}, as[[]string]}, // codes of the penalty matters in use; empty: all
	"numbering.":    {nil, checkNumbering},
	"office.rule.":  {nil, checkPeriod},
}

func settingOf(key string) (setting, bool) {
	if s, ok := settings[key]; ok {
		return s, true
	}
	for prefix, s := range settings {
		if strings.HasSuffix(prefix, ".") && strings.HasPrefix(key, prefix) && len(key) > len(prefix) {
			return s, true
		}
	}
	return setting{}, false
}

// Setting finds what holds for a unit: the value of the nearest unit, itself first, that has set the
// key, and which unit that is. Where none has, it is the preset value and from is empty. Returns
// org.setting_unset where there is no preset value either, and org.setting_unknown for another key.
func Setting(ctx context.Context, tx *store.Tx, unit, key string) (value json.RawMessage, from string, err error) {
	known, ok := settingOf(key)
	if !ok {
		return nil, "", fault.New(fault.Invalid, "org.setting_unknown", "key", key)
	}
	tree, err := treeOf(ctx, tx)
	if err != nil {
		return nil, "", err
	}
	for _, at := range tree.Way(unit) {
		if text, ok := tree.settings[settingKey{at, key}]; ok {
			return json.RawMessage(text), at, nil
		}
	}
	preset := known.preset
	if kind, ok := strings.CutPrefix(key, "numbering."); ok && numbering[kind] != "" {
		preset = numbering[kind]
	}
	if preset == nil {
		return nil, "", fault.New(fault.NotFound, "org.setting_unset", "key", key)
	}
	value, err = json.Marshal(preset)
	return value, "", err
}

// SettingHeld is a key as it holds for a unit.
type SettingHeld struct {
	Key   string
	Value json.RawMessage
	From  string // the unit that set it; empty: preset
	Rev   int64  // of the unit's own value; 0 where it inherits
}

// SettingsOf lists what holds for a unit: all keys with a value, in order. Returns org.unit_not_found.
func SettingsOf(ctx context.Context, tx *store.Tx, unit string) ([]SettingHeld, error) {
	if _, err := UnitByID(ctx, tx, unit); err != nil {
		return nil, err
	}
	held := map[string]SettingHeld{}
	for key, s := range settings {
		if s.preset != nil {
			held[key] = SettingHeld{}
		}
	}
	for kind := range numbering {
		held["numbering."+kind] = SettingHeld{}
	}
	set, err := store.Collect(ctx, tx, func(r *sql.Rows) (h SettingHeld, err error) {
		return h, r.Scan(&h.Key, &h.Rev)
	}, `SELECT s.key, max(CASE WHEN s.unit = $1 THEN s.rev ELSE 0 END) FROM org_settings s JOIN org_unit_paths p ON p.ancestor = s.unit
		WHERE p.descendant = $1 GROUP BY s.key`, unit)
	if err != nil {
		return nil, fmt.Errorf("settings of a unit: %w", err)
	}
	for _, h := range set {
		held[h.Key] = h
	}
	out := make([]SettingHeld, 0, len(held))
	for _, key := range slices.Sorted(maps.Keys(held)) {
		h := held[key]
		h.Key = key
		if h.Value, h.From, err = Setting(ctx, tx, unit, key); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// SettingInto is Setting, read into a value of its type.
func SettingInto(ctx context.Context, tx *store.Tx, unit, key string, into any) (from string, err error) {
	value, from, err := Setting(ctx, tx, unit, key)
	if err != nil {
		return "", err
	}
	return from, json.Unmarshal(value, into)
}

// OfficeRule is a period that the office has set for itself (office.rule.NAME), else the given one.
func OfficeRule(ctx context.Context, tx *store.Tx, unit, name string, preset law.Period) (law.Period, error) {
	var text string
	_, err := SettingInto(ctx, tx, unit, "office.rule."+name, &text)
	if fault.Is(err, "org.setting_unset") {
		return preset, nil
	}
	if err != nil {
		return preset, err
	}
	p, err := law.ParsePeriod(text)
	if err != nil {
		return preset, err
	}
	p.Cites, p.Rule = preset.Cites, preset.Rule
	return p, nil
}

// SetSetting sets a key for a unit and all below it; a nil value removes it, so that the unit inherits
// again. rev is 0 for a key that the unit has not set itself. Returns changed_meanwhile,
// org.setting_unknown and org.setting_value.
func (s *Service) SetSetting(ctx context.Context, actor Actor, unit, key string, value json.RawMessage, rev int64) error {
	_, err := store.Do(ctx, s.db, func(ctx context.Context, tx *store.Tx) (struct{}, error) {
		if err := actor.Must("org.settings", unit); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.setSetting(ctx, tx, actor, unit, key, value, rev)
	})
	return err
}

func (s *Service) setSetting(ctx context.Context, tx *store.Tx, actor Actor, unit, key string, value json.RawMessage, rev int64) error {
	known, ok := settingOf(key)
	if !ok {
		return fault.New(fault.Invalid, "org.setting_unknown", "key", key)
	}
	if err := Touch(ctx, tx); err != nil {
		return err
	}
	if _, err := UnitByID(ctx, tx, unit); err != nil {
		return err
	}
	var err error
	switch {
	case value == nil:
		err = store.Changed(tx.Exec(ctx, `DELETE FROM org_settings WHERE unit = $1 AND key = $2 AND rev = $3`, unit, key, rev))
	case known.check(value) != nil:
		return fault.Wrap(known.check(value), fault.Invalid, "org.setting_value", "key", key)
	case rev == 0:
		err = store.Changed(tx.Exec(ctx, `INSERT INTO org_settings (unit, key, value, rev) VALUES ($1,$2,$3,1) ON CONFLICT (unit, key) DO NOTHING`, unit, key, string(value)))
	default:
		err = store.Changed(tx.Exec(ctx, `UPDATE org_settings SET value = $3, rev = rev + 1 WHERE unit = $1 AND key = $2 AND rev = $4`, unit, key, string(value), rev))
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, "org.setting_changed", unitRef(unit), actor, unit, map[string]any{"key": key, "value": value},
		[]ledger.Row{{Table: "org_settings", Key: ledger.Key(unit, key)}})
}

// answerCheck is the form of intake.check.
type answerCheck struct {
	Kinds        []string `json:"kinds"`
	Confidential bool     `json:"confidential"`
	Urgent       bool     `json:"urgent"`
}

func checkShare(v json.RawMessage) error {
	var n int
	if err := json.Unmarshal(v, &n); err != nil {
		return err
	}
	if n < 0 || n > 100 {
		return fmt.Errorf("%d is no per cent", n)
	}
	return nil
}

// checkMetres wants a distance that streets have.
func checkMetres(v json.RawMessage) error {
	var n int
	if err := json.Unmarshal(v, &n); err != nil {
		return err
	}
	if n < 0 || n > 500 {
		return fmt.Errorf("%d metres are no width of a border", n)
	}
	return nil
}

func checkShares(v json.RawMessage) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(v, &all); err != nil {
		return err
	}
	for _, share := range all {
		if err := checkShare(share); err != nil {
			return err
		}
	}
	return nil
}

// checkLadder wants three rungs, none above the one after it.
func checkLadder(v json.RawMessage) error {
	var rungs []int
	if err := json.Unmarshal(v, &rungs); err != nil {
		return err
	}
	if len(rungs) != 3 || !slices.IsSorted(rungs) || rungs[0] < 1 || rungs[2] > 100 {
		return fmt.Errorf("%v is no ladder of three rungs", rungs)
	}
	return nil
}

// as checks that a value has the form of T, with no field that T does not know.
func as[T any](v json.RawMessage) error {
	dec := json.NewDecoder(strings.NewReader(string(v)))
	dec.DisallowUnknownFields()
	return dec.Decode(new(T))
}

func oneOf(values ...string) func(json.RawMessage) error {
	return func(v json.RawMessage) error {
		var s string
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		if !slices.Contains(values, s) {
			return fmt.Errorf("%q is none of %v", s, values)
		}
		return nil
	}
}

func checkPeriod(v json.RawMessage) error {
	var s string
	if err := json.Unmarshal(v, &s); err != nil {
		return err
	}
	_, err := law.ParsePeriod(s)
	return err
}

// PortalLimits bound what is sent by the portal, without a puzzle for anybody.
type PortalLimits struct {
	PerAddressHour int `json:"perAddressHour"` // reports from one address of the network; a whole house may share one
	PerAddressDay  int `json:"perAddressDay"`
	PerContactDay  int `json:"perContactDay"` // with one telephone number or mailbox
	PerHour        int `json:"perHour"`       // from everywhere
	Seconds        int `json:"seconds"`       // that somebody needs at least to fill the form in
	Codes          int `json:"codes"`         // wrong codes an hour from one address
}

func checkPortal(v json.RawMessage) error {
	var l PortalLimits
	if err := json.Unmarshal(v, &l); err != nil {
		return err
	}
	for _, n := range []int{l.PerAddressHour, l.PerAddressDay, l.PerContactDay, l.PerHour, l.Codes} {
		if n < 1 || n > 100_000 {
			return fmt.Errorf("not between 1 and 100000: %d", n)
		}
	}
	if l.Seconds < 0 || l.Seconds > 60 {
		return fmt.Errorf("not between 0 and 60 seconds: %d", l.Seconds)
	}
	return nil
}

func checkDays(v json.RawMessage) error {
	var n int
	if err := json.Unmarshal(v, &n); err != nil {
		return err
	}
	if n < 1 || n > 3660 {
		return fmt.Errorf("not between 1 and 3660 days: %d", n)
	}
	return nil
}

// leastKept is for how many months a recording is kept at least: an office may keep longer, and never shorter.
const leastKept = 6

func checkKeeping(v json.RawMessage) error {
	var months map[string]int
	if err := json.Unmarshal(v, &months); err != nil {
		return err
	}
	kinds := []string{"film", "sound", "picture", "paper"}
	for _, kind := range kinds[:3] { // an office that set this before papers were among them has not
		if _, ok := months[kind]; !ok {
			return fmt.Errorf("nothing is said of %s", kind)
		}
	}
	for kind, n := range months {
		if !slices.Contains(kinds, kind) || n < leastKept || n > 1200 {
			return fmt.Errorf("%s: not between %d and 1200 months: %d", kind, leastKept, n)
		}
	}
	return nil
}
