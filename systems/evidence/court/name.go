package court

import (
	"fmt"
	"strings"
	"unicode"
)

// PathIn is the name of the nth file of a folder in an export: its own, as every system that unpacks a zip may have it (Windows has no names with <>:"/\|?* or that end in a point or a space), or none where
// it is too long. ending is that of its type. Verify takes whatever this gives.
func PathIn(folder string, n int, name, ending string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, r) || !unicode.IsGraphic(r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	out := fmt.Sprintf("%s/%03d-%s", folder, n, strings.TrimRight(name, ". "))
	if len(out) > maxPath-10 || !safe(out) {
		return fmt.Sprintf("%s/%03d%s", folder, n, ending)
	}
	return out
}
