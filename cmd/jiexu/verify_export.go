package main

import (
	"os"

	"jiexu/law"
	"jiexu/ledger"
	"jiexu/systems/evidence/court"
	"jiexu/words"
)

// zipMark is what an export begins with.
const zipMark = "PK\x03\x04"

// verifyExport checks an export of the enforcement record, and names each thing that is not as it was exported.
func verifyExport(env *Env, file *os.File, trusted []string) (genuine bool, err error) {
	info, err := file.Stat()
	if err != nil {
		return false, err
	}
	report, err := court.Verify(file, info.Size(), trusted, func(int64) {})
	if err != nil {
		return false, err
	}
	if report.Verdict == ledger.Changed {
		say(env, "verify.export_changed", map[string]any{"n": len(report.Findings)})
		for _, f := range report.Findings {
			path := f.Path
			if path == "" {
				path = words.Text(env.Lang, "verify.export_end", nil)
			}
			say(env, "verify.found."+f.Code, map[string]any{"path": path})
		}
		return false, nil
	}
	say(env, "verify."+string(report.Verdict), nil)
	m := report.Manifest
	say(env, "verify.export", map[string]any{"office": m.Office, "recipient": m.Recipient, "n": len(m.Files), "at": m.At.In(law.Shanghai).Format("2006-01-02 15:04:05")})
	if m.Matter != "" {
		say(env, "verify.export_matter", map[string]any{"matter": m.Matter})
	}
	say(env, "verify.export_checked", map[string]any{"n": report.Checked})
	say(env, "verify.key", map[string]any{"name": report.KeyName})
	say(env, "verify.fingerprint", map[string]any{"fingerprint": report.Fingerprint})
	return report.Verdict == ledger.Genuine || report.Verdict == ledger.Untrusted, nil
}
