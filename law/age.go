package law

// Ages under which a party is not punished, and is punished more lightly (AP 30).
const (
	AgeOfPenalty     = 14
	AgeOfFullPenalty = 18
)

// Under reports whether somebody born on a day had not completed so many years on another: a year is complete from the day
// after the birthday.
func Under(years int, born, on Date) bool { return !born.AddMonths(12 * years).Before(on) }

// Aged corrects the circumstances of a weighing by the day of birth, where it is known: the age is what it is, and nobody
// chooses it (AP 30).
func Aged(facts []string, born, on Date) []string {
	var out []string
	for _, f := range facts {
		if f != "under_14" && f != "aged_14_to_17" {
			out = append(out, f)
		}
	}
	switch {
	case Under(AgeOfPenalty, born, on):
		out = append(out, "under_14")
	case Under(AgeOfFullPenalty, born, on):
		out = append(out, "aged_14_to_17")
	}
	return out
}
