package app_test

import (
	"fmt"
	"sync"

	"jiexu/document"
)

// Ways of the penalty procedures that most stories share.

// noticed takes the case from its opening to a served notice of that fine.
func (c *tale) noticed(yuan int) *tale {
	c.t.Helper()
	c.by("head", "", "approve_filing", nil)
	c.by("officer.jas1", "", "report", nil)
	c.by("head", "", "approve_report", nil)
	c.by("officer.jas1", "", "notify", in{"amount": yuan})
	return c.by("officer.jas1", "", "serve_notice", in{"served_on": c.w.today()})
}

// decided goes on from there to the decision: the party waives, the case is reviewed, and deliberated on where it is major.
func (c *tale) decided(yuan int) *tale {
	c.t.Helper()
	c.by("officer.jas1", "", "waive", nil)
	if yuan >= 5000 {
		c.by("officer.jas1", "", "waive_hearing", nil)
	}
	c.by("legal", "", "pass_review", nil)
	if yuan >= 5000 {
		c.deliberated()
	}
	return c.by("head", "", "decide", in{"amount": yuan})
}

func (c *tale) deliberated() *tale {
	c.t.Helper()
	return c.by("head", "", "deliberate", in{"attendees": []string{c.w.person("head"), c.w.person("head2")}})
}

// served goes on to the served decision.
func (c *tale) served(yuan int) *tale {
	c.t.Helper()
	c.noticed(yuan).decided(yuan)
	return c.by("officer.jas1", "", "serve_decision", in{"served_on": c.w.today()})
}

var vouchers struct {
	sync.Mutex
	n int
}

func voucherNo() string {
	vouchers.Lock()
	defer vouchers.Unlock()
	vouchers.n++
	return fmt.Sprintf("YH%06d", vouchers.n)
}

func (c *tale) pays(yuan int) *tale {
	c.t.Helper()
	return c.by("officer.jas1", "", "pay", in{"voucher": voucherNo(), "amount": yuan, "paid_on": c.w.today()})
}

// archived closes the case and puts it into the archive.
func (c *tale) archived() {
	c.t.Helper()
	c.by("leader.jas", "", "close", nil)
	c.shelved()
}

func (c *tale) shelved() {
	c.t.Helper()
	c.by("legal", "", "archive", in{"volume": "2026-" + c.id[:8], "pages": 20})
	c.stands("archived")
}

// paper writes a form that no step issues; signed are its signatures.
func (c *tale) paper(login, kind string, fields in, signed []document.Signature) answer {
	c.t.Helper()
	blank, ok := document.BlankOf(document.Kind(kind))
	if !ok {
		c.t.Fatalf("no form %s", kind)
	}
	for i := range blank.Fields {
		f := &blank.Fields[i]
		if _, given := fields[f.Name]; !given && f.Required {
			fields[f.Name] = c.something(f)
		}
	}
	return c.ok(c.send(login, "POST", c.path("/papers/"+kind), in{"fields": fields, "signatures": signed}))
}
