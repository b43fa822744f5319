package main

// DBFlag chooses the database; it is a flag of every command that needs one.
type DBFlag struct {
	DB string `help:"Database: sqlite:PATH or postgres://…" env:"JIEXU_DB" default:"sqlite:jiexu.db" placeholder:"URL"`
}
