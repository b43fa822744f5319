package main

// SimulateCmd plays what is outside of the program, or what it would have lived through. Each sub-command stands in a file
// of its own: simulate_city.go and its likes.
type SimulateCmd struct {
	City    SimulateCityCmd    `cmd:"" default:"withargs" help:"Fill an empty database with a believable city of seven years, for measuring."`
	Hotline SimulateHotlineCmd `cmd:"" help:"Play the 12345 hotline at the other end of a gateway, faults included, and compare what both sides know."`
	Grid    SimulateGridCmd    `cmd:"" help:"Play the city grid platform likewise."`
}
