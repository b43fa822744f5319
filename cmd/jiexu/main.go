// Command jiexu is the whole platform in one binary: the server, the demonstration, and the tools
// that import, back up, check and verify.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"jiexu/fault"
	"jiexu/words"
)

// Version is set at build time.
var Version = "0.1.0-dev"

// CLI is the command line; each command stands in a file of its own.
type CLI struct {
	Lang    string           `help:"Language of the output: zh-CN or en." placeholder:"LANG" env:"JIEXU_LANG"`
	Version kong.VersionFlag `help:"Print the version."`

	Serve     ServeCmd     `cmd:"" help:"Run the server."`
	Demo      DemoCmd      `cmd:"" help:"Make the demonstration district and serve it."`
	Migrate   MigrateCmd   `cmd:"" help:"Bring the database up to date, as every start does."`
	Import    ImportCmd    `cmd:"" help:"Take in complaints, areas or a year's calendar from files."`
	Classify  ClassifyCmd  `cmd:"" help:"The class of complaints: propose it, learn it, say how well."`
	Locate    LocateCmd    `cmd:"" help:"Find where the places of a table are; the rows go to standard output with lat, lon, street and confidence."`
	User      UserCmd      `cmd:"" help:"Add people, give new passwords, disable."`
	Backup    BackupCmd    `cmd:"" help:"Write the database and its media into one file."`
	Restore   RestoreCmd   `cmd:"" help:"Fill a new database, of either engine, from a backup."`
	Ledger    LedgerCmd    `cmd:"" help:"The log of what happened: check it, prove from it."`
	Evidence  EvidenceCmd  `cmd:"" help:"The files of the enforcement record: check them, move them, seal them under a new key."`
	Verify    VerifyCmd    `cmd:"" help:"Check a document or a proof, with no server and no network."`
	Bench     BenchCmd     `cmd:"" help:"Measure the program beside the bare SQL of the same rows."`
	Simulate  SimulateCmd  `cmd:"" help:"Play what is outside of the program: a city of seven years."`
	Topics    TopicsCmd    `cmd:"" help:"The hot topics in a table of complaints."`
	Law       LawCmd       `cmd:"" help:"The law: periods, articles."`
	Procedure ProcedureCmd `cmd:"" help:"The procedures: what they are, and the proof that no way through them breaks the law."`
}

func main() {
	var cli CLI
	parser := kong.Must(&cli, kong.Name("jiexu"), kong.Description("街序: urban management law enforcement, in one binary."),
		kong.UsageOnError(), kong.Vars{"version": Version},
		kong.WithHyphenPrefixedParameters(true), // `--period "-3 days"` is a value, to be answered as one
		kong.Exit(func(status int) {
			if status == 80 { // kong's own, for a command line that it cannot read
				status = 2
			}
			os.Exit(status)
		}))
	ctx, err := parser.Parse(os.Args[1:])
	if err != nil {
		parser.FatalIfErrorf(err)
	}
	env := &Env{Out: os.Stdout, Err: os.Stderr, Lang: language(cli.Lang), Now: time.Now}
	os.Exit(exit(env, ctx.Run(env)))
}

// findings is returned by a command that ran well and found something wrong: it has already said
// what, and the process ends with status 1.
var findings = errors.New("findings")

// wrong is what went wrong, for a program; it goes where the sentences go, to standard error.
type wrong struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// codeOf is the code of a fault.
func codeOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) && e.Kind != fault.Internal {
		return e.Code
	}
	return "internal"
}

// exit says what went wrong and what to do, and chooses the status: 0 well, 1 wrong, 2 unusable input,
// 130 interrupted.
func exit(env *Env, err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, findings):
		return 1
	}
	var stopped interruption
	if errors.As(err, &stopped) {
		fmt.Fprintln(env.Err, words.Text(env.Lang, stopped.code, nil))
		return 130 // as a shell says of what Ctrl-C ended
	}
	title, detail := words.Fault(env.Lang, err)
	var wrongFields *fault.Error
	if errors.As(err, &wrongFields) { // which it is, and why
		for _, f := range wrongFields.Fields {
			detail = strings.TrimPrefix(detail+"\n"+f.Name+": "+words.Text(env.Lang, f.Code, f.Params), "\n")
		}
	}
	if fault.KindOf(err) == fault.Internal {
		detail += "\n" + err.Error() // the operator is the one who can act on it
	}
	if env.JSON {
		json.NewEncoder(env.Err).Encode(wrong{Code: codeOf(err), Title: title, Detail: detail})
	} else {
		fmt.Fprintln(env.Err, title)
		if detail != "" {
			fmt.Fprintln(env.Err, detail)
		}
	}
	switch fault.KindOf(err) {
	case fault.Internal:
		return 1
	case fault.Invalid, fault.TooLarge:
		return 2
	}
	return 1
}
