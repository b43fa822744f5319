package main

import "testing"

func TestOnOneLine(t *testing.T) {
	for name, want := range map[string]string{"贾警官　一.mp4": "贾警官　一.mp4", "a\nb.mp4": `"a\nb.mp4"`, "a\u202egpj.exe": `"a\u202egpj.exe"`, "\x1b[2J.mp4": `"\x1b[2J.mp4"`} {
		if got := onOneLine(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
