package evidence

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"jiexu/fault"
	"jiexu/org"
	"jiexu/systems/evidence/docking"
)

// Folder is what a docking station left, and how it is to be read.
type Folder struct {
	Files    fs.FS
	Patterns docking.Patterns
	Unit     string                   // whose a recording is where nobody is known who made it
	Zone     *time.Location           // of the devices' clocks
	Drifts   map[string]time.Duration // how far clocks are ahead, by device, as somebody measured it
	Settled  time.Duration            // the folder is watched: a file that was written later than that ago may still be on its way
	// Told is what was said of files before, where the folder is watched: one that has not changed since is not read again, and nothing is said of it.
	Told map[string]FileState
}

// FileState is by what a file that has not changed is known.
type FileState struct {
	Size    int64
	Changed time.Time
}

// FolderFile is what came of one file of a folder.
type FolderFile struct {
	Path      string
	Recording *Recording
	Repeated  bool
	Refused   error // why it was not taken in; nothing of it is kept
	Waits     bool  // it may still be on its way
}

// TakeFolder takes in all recordings of a folder, each for itself: what is wrong with one is said of it, and the others go on. A file that was taken
// in before is known by its content, under whatever name. It returns what breaks the whole: that ctx ended, the disk is full, the folder cannot be read.
func (s *Service) TakeFolder(ctx context.Context, actor org.Actor, in Folder, told func(FolderFile)) error {
	for device, drift := range in.Drifts {
		if err := s.SetDrift(ctx, actor, device, drift); err != nil {
			return err
		}
	}
	var names []string
	there := map[string]bool{}
	if err := fs.WalkDir(in.Files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != ".":
			return fs.SkipDir
		case d.Type().IsRegular() && !strings.HasPrefix(d.Name(), "."): // no link leads out of the folder
			names, there[name] = append(names, name), true
		}
		return nil
	}); err != nil {
		return fault.Wrap(err, fault.Invalid, "import.file_unreadable", "file", ".")
	}
	for _, name := range names {
		if docking.IsSidecar(name) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		one, err := s.takeFile(ctx, actor, in, name, there)
		if err != nil {
			return err
		}
		told(one)
	}
	return nil
}

func (s *Service) takeFile(ctx context.Context, actor org.Actor, in Folder, name string, there map[string]bool) (out FolderFile, err error) {
	out.Path = name
	file, err := in.Files.Open(name)
	if err != nil {
		out.Refused = fault.Wrap(err, fault.Invalid, "import.file_unreadable", "file", name)
		return out, nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil { // it went away meanwhile
		out.Waits = true
		return out, nil
	}
	state := FileState{info.Size(), info.ModTime()}
	if before, ok := in.Told[name]; ok && before == state {
		out.Waits = true
		return out, nil
	}
	if out.Waits, err = s.comes(in, name, file, info); err != nil || out.Waits {
		if out.Refused = err; err != nil {
			in.told(name, state)
		}
		return out, nil
	}
	defer func() {
		if err == nil {
			in.told(name, state)
		}
	}()
	claims, err := in.claims(name, there)
	if err != nil {
		out.Refused = err
		return out, nil
	}
	out.Recording, out.Repeated, err = s.Record(ctx, actor, Found{Path: name, Content: file, Claims: claims, Unit: in.Unit, Zone: in.Zone})
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge, fault.Refused, fault.Gone:
		if err != nil {
			out.Refused = err
			return out, nil
		}
	}
	return out, err
}

func (in Folder) told(name string, state FileState) {
	if in.Told != nil {
		in.Told[name] = state
	}
}

// claims are what the path of a recording says, and the file beside it: the same name with another ending, or with one more.
func (in Folder) claims(name string, there map[string]bool) ([]docking.Claim, error) {
	out := []docking.Claim{}
	if c, ok := in.Patterns.Read(name, in.Zone); ok {
		out = append(out, c)
	}
	bare := strings.TrimSuffix(name, path.Ext(name))
	for _, ending := range docking.Sidecars {
		for _, beside := range []string{bare + ending, name + ending, bare + strings.ToUpper(ending)} {
			if !there[beside] {
				continue
			}
			content, err := readBounded(in.Files, beside, docking.MaxSidecar+1)
			if err != nil {
				return nil, fault.Wrap(err, fault.Invalid, "import.file_unreadable", "file", beside)
			}
			c, err := docking.ReadSidecar(beside, content, in.Zone)
			if errors.Is(err, context.Canceled) {
				return nil, err
			}
			if err == nil { // one that says nothing says nothing: the recording is evidence all the same
				out = append(out, c)
			}
			return out, nil
		}
	}
	return out, nil
}

func readBounded(files fs.FS, name string, most int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
