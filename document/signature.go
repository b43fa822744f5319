package document

import (
	"strings"
	"time"

	"jiexu/law"
	"jiexu/procedure"
)

// Signer is the part in which somebody signs.
type Signer string

// Who signs documents.
const (
	Officers     Signer = "officers"    // each of the officers (AP 42, SH 19)
	PartySigns   Signer = "party"       // the party or who stands for it
	Asked        Signer = "asked"       // who is asked in an inquiry
	Witness      Signer = "witness"     // has no interest in the matter (SH 19)
	Interpreter  Signer = "interpreter" //
	Recorder     Signer = "recorder"
	Handler      Signer = "handler"   // 承办人
	UnitHead     Signer = "unit_head" // head of the squad or section
	Reviewer     Signer = "reviewer"  // legal review (AP 58)
	Head         Signer = "head"      // head of the authority (AP 57)
	Chair        Signer = "chair"     // of a hearing (AP 64) or of a deliberation
	Attendee     Signer = "attendee"  // of a deliberation
	Agent        Signer = "agent"     // of the party
	Server       Signer = "server"    // who serves
	Recipient    Signer = "recipient" // who is served
	Performer    Signer = "performer" // of a substitute performance (AC 51)
	Keeper       Signer = "keeper"    // of things or of the file
	FileChecker  Signer = "checker"   // of the file
	Counterparty Signer = "other"     // whoever takes a letter or its copy
)

var signers = map[Signer]procedure.Text{
	Officers:     procedure.T("执法人员", "Officers"),
	PartySigns:   procedure.T("当事人", "Party"),
	Asked:        procedure.T("被询问人", "Person asked"),
	Witness:      procedure.T("见证人", "Witness"),
	Interpreter:  procedure.T("翻译人员", "Interpreter"),
	Recorder:     procedure.T("记录人", "Recorder"),
	Handler:      procedure.T("承办人", "Handling officer"),
	UnitHead:     procedure.T("承办机构负责人", "Head of the unit"),
	Reviewer:     procedure.T("法制审核人员", "Legal reviewer"),
	Head:         procedure.T("行政机关负责人", "Head of the authority"),
	Chair:        procedure.T("主持人", "Chair"),
	Attendee:     procedure.T("参加人员", "Attendee"),
	Agent:        procedure.T("委托代理人", "Agent"),
	Server:       procedure.T("送达人", "Server"),
	Recipient:    procedure.T("受送达人（签收人）", "Recipient"),
	Performer:    procedure.T("代履行人", "Performer"),
	Keeper:       procedure.T("保管人", "Keeper"),
	FileChecker:  procedure.T("检查人", "File checker"),
	Counterparty: procedure.T("接收人", "Receiver"),
}

// Label is what the line of signature is called.
func (s Signer) Label() procedure.Text { return signers[s] }

// Signature is one signature, or the refusal of one. It is made where the document is signed and never
// changed afterwards.
type Signature struct {
	Who   Signer
	Name  string    // who signed, in print
	Image []byte    `json:",omitempty"` // PNG made from the strokes; empty for a refusal
	At    time.Time // when
	// Refused: did not sign. Reason says why, as far as given, and Witness who saw it (AC 18, SH 19, CP 89).
	Refused bool   `json:",omitempty"`
	Reason  string `json:",omitempty"`
	Witness string `json:",omitempty"`
}

// SignLine is one line to sign on: an empty one for the pen, a signature, or a refusal.
type SignLine struct {
	Label  string // 当事人（签名或者盖章）
	Signed *Signature
}

// Signing is where people sign, at the end of a record.
type Signing struct{ Lines []SignLine }

func (b Signing) text() []string {
	out := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		out[i] = l.label() + l.rest()
	}
	return out
}

// penDate is what stands at the end of a line that is to be signed by hand.
const penDate = "　　　年　　月　　日"

func (l SignLine) label() string { return l.Label + "：" }

// rest is what follows the label, or the drawn signature.
func (l SignLine) rest() string {
	s := l.Signed
	switch {
	case s == nil:
		return penDate
	case s.Refused:
		out := s.Name + "拒绝签名"
		if r := strings.TrimSpace(s.Reason); r != "" {
			out += "，理由：" + strings.TrimSuffix(r, "。")
		}
		out += "。"
		if w := strings.TrimSpace(s.Witness); w != "" {
			out += "见证人：" + w + "。"
		} else {
			out += "无见证人在场。"
		}
		return out + momentChinese(s.At)
	default:
		return s.Name + "　" + momentChinese(s.At)
	}
}

// momentChinese is 2026年11月2日10时15分.
func momentChinese(t time.Time) string {
	t = t.In(law.Shanghai)
	return law.On(t).Chinese() + itoa(t.Hour()) + "时" + twoDigits(t.Minute()) + "分"
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}

// checkSignatures refuses signatures that show nothing or of nobody.
func checkSignatures(c *check, list []Signature) {
	for i, s := range list {
		field := "signatures." + itoa(i)
		if _, known := signers[s.Who]; !known {
			c.wrong(field + ".who")
		}
		c.line(field+".name", s.Name)
		if s.At.IsZero() {
			c.missing(field + ".at")
		}
		if s.Refused {
			c.line(field+".reason", s.Reason)
			continue
		}
		if len(s.Image) == 0 {
			c.missing(field + ".image")
		} else if _, err := readPicture(s.Image); err != nil {
			c.wrong(field + ".image")
		}
	}
}
