package main

import (
	"io"
	"os"
	"strings"
	"time"
)

// Env is what a command has to do with: where it writes, in which language, and the time.
type Env struct {
	Out, Err io.Writer
	Lang     string // zh-CN or en
	JSON     bool   // the command was asked for JSON: what goes wrong is said in it too
	Now      func() time.Time
}

// language chooses a language: the --lang flag, else the environment's locale, else Chinese.
func language(flag string) string {
	for _, v := range []string{flag, os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")} {
		switch v = strings.ToLower(v); {
		case strings.HasPrefix(v, "zh"):
			return "zh-CN"
		case strings.HasPrefix(v, "en"), v == "c", strings.HasPrefix(v, "c."), v == "posix":
			return "en"
		}
	}
	return "zh-CN"
}
