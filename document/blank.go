package document

import (
	"encoding/json"
	"maps"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/law"
	"jiexu/procedure"
)

// Stage is the part of a file (卷宗) in which a document stands; the stages follow each other as in Stages.
type Stage string

// The stages of a file.
const (
	StageFiling    Stage = "filing"    // 立案
	StageEvidence  Stage = "evidence"  // 调查取证
	StageMeasures  Stage = "measures"  // 行政强制措施
	StageDecision  Stage = "decision"  // 审查、告知、听证、决定
	StageService   Stage = "service"   // 送达
	StageExecution Stage = "execution" // 执行
	StageClosing   Stage = "closing"   // 结案
)

// Stages lists the stages in the order of a file.
func Stages() []Stage {
	return []Stage{StageFiling, StageEvidence, StageMeasures, StageDecision, StageService, StageExecution, StageClosing}
}

// Title is the stage in two languages.
func (s Stage) Title() procedure.Text {
	switch s {
	case StageFiling:
		return procedure.T("立案", "Filing")
	case StageEvidence:
		return procedure.T("调查取证", "Evidence")
	case StageMeasures:
		return procedure.T("行政强制措施", "Coercive measures")
	case StageDecision:
		return procedure.T("审查与决定", "Review and decision")
	case StageService:
		return procedure.T("送达", "Service")
	case StageExecution:
		return procedure.T("执行", "Execution")
	default:
		return procedure.T("结案归档", "Closing")
	}
}

// Blank is a form of the office (文书格式): what must be filled in, what the case already knows, what it says.
// Blanks are values that never change; BlankOf finds one.
type Blank struct {
	Kind      Kind              // "record.inspection", for ever
	Name      procedure.Text    // 现场检查（勘验）笔录
	Stage     Stage             // where it stands in the file
	Numbering string            // kind of serial (org numbering); "" for forms without a number, such as records
	Cites     []law.Cite        // what asks for the form and what it cites; all in force on its day
	Fields    []procedure.Field // what is asked for
	Signs     []Signer          // who signs
	Seal      bool              // bears the seal of the authority
	// EveryPage asks those who sign for a signature on each page, as records do.
	EveryPage bool
	// Government: the district government issues it, not the authority (SB 10).
	Government bool
	// Served: it goes to the party and takes effect by service.
	Served bool
	// Fill proposes values from what the case already knows; nil proposes none.
	Fill func(Dossier) procedure.Values
	// Content is the document below its masthead. It asks the sheet for values; the sheet notes what is missing.
	Content func(*Sheet) []Block
}

// Read types and bounds what was filled in. Returns what procedure.ReadFields returns.
func (b *Blank) Read(in map[string]any, now time.Time) (procedure.Values, error) {
	return procedure.ReadFields(b.Fields, in, now)
}

// Draft begins a sheet: what the case knows, overlaid by what was filled in so far.
func (b *Blank) Draft(d Dossier, filled procedure.Values, on law.Date) *Sheet {
	v := procedure.Values{}
	if b.Fill != nil {
		for name, value := range b.Fill(d) {
			if s, isText := value.(string); isText && strings.TrimSpace(s) == "" {
				continue
			}
			v[name] = value
		}
	}
	maps.Copy(v, filled)
	return &Sheet{Blank: b, Dossier: d, Values: v, On: on}
}

// Field returns the field of a name, nil if the blank has none.
func (b *Blank) Field(name string) *procedure.Field {
	for i := range b.Fields {
		if b.Fields[i].Name == name {
			return &b.Fields[i]
		}
	}
	return nil
}

// Sheet is a blank filled in; it is a Form. It shows its gaps until they are filled (Preview), and is refused
// by Validate as long as it has one.
type Sheet struct {
	Blank      *Blank
	Number     string // empty where the blank has no Numbering
	Dossier    Dossier
	Values     procedure.Values // as Blank.Read or Blank.Draft gives them
	Signatures []Signature
	On         law.Date // the day that the document bears

	gaps []gap // while Content runs
}

var _ Form = (*Sheet)(nil)

// gap is something that is missing: the field's name and what it is called.
type gap struct {
	name  string
	label procedure.Text
}

// Kind is the blank's.
func (s *Sheet) Kind() Kind { return s.Blank.Kind }

// Title is the name that the document bears.
func (s *Sheet) Title() string { return s.Blank.Name.ZH }

// Serial is the document's number; empty for records.
func (s *Sheet) Serial() string { return s.Number }

// Issuer is the authority.
func (s *Sheet) Issuer() string {
	if s.Blank.Government {
		return s.Dossier.Government
	}
	return s.Dossier.Authority
}

// Dated is the day that the document bears.
func (s *Sheet) Dated() law.Date { return s.On }

// Validate refuses gaps and whatever the blank does not ask for; see Form. The fields of the fault are named as
// in Values (a cell: questions.0.answer), as party.name, officers, number … for what the dossier lacks, and
// signatures.0.name.
func (s *Sheet) Validate() error {
	c := newCheck(s)
	if _, err := s.Blank.Read(s.Values, s.On.End()); err != nil {
		wrong, ok := err.(*fault.Error)
		if !ok {
			return err
		}
		c.fault.Fields = append(c.fault.Fields, wrong.Fields...)
	}
	_, gaps := s.compose()
	for _, g := range gaps {
		if !named(c.fault, g.name) {
			c.fault.With(g.name, "document.required", "field", g.label)
		}
	}
	if s.Blank.Numbering != "" {
		c.line("number", s.Number)
	}
	checkSignatures(c, s.Signatures)
	checkDay(c, s.On, s.Blank.Cites...)
	return c.err()
}

func named(e *fault.Error, name string) bool {
	for _, f := range e.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Content is the document from top to bottom, gaps shown as 〔待填：…〕.
func (s *Sheet) Content() []Block {
	blocks, _ := s.compose()
	return blocks
}

// compose works on a copy, so that a sheet can be read by many at once.
func (s *Sheet) compose() ([]Block, []gap) {
	c := *s
	c.gaps = nil
	blocks := append([]Block{Masthead{c.issuer(), c.Title(), c.Number}}, c.Blank.Content(&c)...)
	return blocks, c.gaps
}

// kept is a sheet as JSON.
type kept struct {
	Kind       Kind             `json:"kind"`
	Number     string           `json:"number,omitempty"`
	Dossier    Dossier          `json:"dossier"`
	Values     procedure.Values `json:"values"`
	Signatures []Signature      `json:"signatures,omitempty"`
	On         law.Date         `json:"on"`
}

// MarshalJSON keeps everything that the document was made from.
func (s *Sheet) MarshalJSON() ([]byte, error) {
	return json.Marshal(kept{s.Blank.Kind, s.Number, s.Dossier, s.Values, s.Signatures, s.On})
}

// UnmarshalJSON reads a sheet again; its values are typed as the blank says. Returns document.kind_unknown, or
// procedure.fields where the values do not fit the blank.
func (s *Sheet) UnmarshalJSON(b []byte) error {
	var k kept
	if err := json.Unmarshal(b, &k); err != nil {
		return err
	}
	blank, ok := BlankOf(k.Kind)
	if !ok {
		return fault.New(fault.Invalid, "document.kind_unknown", "kind", string(k.Kind))
	}
	values, err := blank.Read(k.Values, k.On.End())
	if err != nil {
		return err
	}
	*s = Sheet{Blank: blank, Number: k.Number, Dossier: k.Dossier, Values: values, Signatures: k.Signatures, On: k.On}
	return nil
}
