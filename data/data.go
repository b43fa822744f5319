// Package data is the reference data that ships in the binary. Each folder has a README with its
// source and licence.
package data

import "embed"

// FS holds the folders by name: holidays/, laws/, matters/, jingan/, fonts/, maps/, demo/, routing/, replies/, classes/, grid/, services/, topics/, devices/.
//
//go:embed all:holidays all:laws all:matters all:jingan all:fonts all:maps all:demo all:routing all:replies all:classes all:grid all:services all:topics all:devices
var FS embed.FS
