package main

// SimulateCmd plays what is outside of the program, or what it would have lived through. Each sub-command stands in a file
// of its own: simulate_city.go and its likes.
type SimulateCmd struct {
	City SimulateCityCmd `cmd:"" default:"withargs" help:"Fill an empty database with a believable city of seven years, for measuring."`
}
