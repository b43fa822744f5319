// Package web carries the console's build inside the binary. web/dist holds only .keep until the
// front end is built, so that Go code compiles and is tested without Node.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS is the build as the browser sees it, index.html at its root. It is empty but for .keep where the
// front end was not built.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // dist is embedded above; the path cannot be invalid
	}
	return sub
}
