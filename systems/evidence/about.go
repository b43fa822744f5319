package evidence

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"jiexu/api"
	"jiexu/org"
	"jiexu/store"
	"jiexu/systems/evidence/mp4"
	"jiexu/words"
)

// Said is what a file says of itself. Nobody vouches for it: whoever can change a file can change it too.
type Said struct {
	Taken    string   `json:"taken,omitempty" doc:"as it is written"`
	Device   string   `json:"device,omitempty"`
	Serial   string   `json:"serial,omitempty"`
	Software string   `json:"software,omitempty"`
	Lon      *float64 `json:"lon,omitempty" doc:"WGS-84"`
	Lat      *float64 `json:"lat,omitempty"`
	LongMS   int64    `json:"longMs,omitempty"`
}

// About is all that is known of a file beside its bytes: what a player shows.
type About struct {
	Media     Media         `json:"media"`
	Subject   string        `json:"subject,omitempty" doc:"the matter that it was added to, case:ID or complaint:ID"`
	Recording *Recording    `json:"recording,omitempty"`
	Keep      *Keeping      `json:"keep,omitempty" doc:"how long it is kept"`
	Gone      *Gone         `json:"gone,omitempty" doc:"why it is no more"`
	MayHold   bool          `json:"mayHold" doc:"keep it from being destroyed"`
	Of        *Derived      `json:"of,omitempty" doc:"how it was made of another"`
	Marks     []Mark        `json:"marks"`
	Derived   []Derived     `json:"derived"`
	Makings   []Making      `json:"makings" doc:"files that are being made of it, or could not be"`
	Steps     []api.DayStep `json:"steps" doc:"taken while it was recorded"`
	Beside    []Recording   `json:"beside" doc:"recorded at the same time"`
	Said      *Said         `json:"said,omitempty"`
	Proxy     bool          `json:"proxy" doc:"there is a version that every browser plays"`
	NoPreview string        `json:"noPreview,omitempty" doc:"why there are no small versions of it"`
	MayRepair bool          `json:"mayRepair" doc:"a whole file may be asked for, of what is left of one that broke off"`
	Tool      bool          `json:"tool" doc:"films can be cut on this machine"`
	MayMark   bool          `json:"mayMark"`
	MayDerive bool          `json:"mayDerive"`
	MayClaim  bool          `json:"mayClaim" doc:"put right whose it is, or when it was made"`
	MayTake   bool          `json:"mayTake" doc:"download the original, for a reason"`
}

// besideMost is how many recordings are shown side by side.
const besideMost = 8

// maxSaidFile bounds a photograph whose description is read.
const maxSaidFile = 64 << 20

// About tells what is known of a file. Returns evidence.not_found.
func (s *Service) About(ctx context.Context, actor org.Actor, id, lang string) (out *About, err error) {
	out = &About{Steps: []api.DayStep{}, Beside: []Recording{}, Tool: s.films != nil}
	err = s.db.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		m, err := one(ctx, tx, `id = $1`, id)
		if err != nil {
			return err
		}
		if err := s.mayOpen(ctx, tx, actor, m); err != nil {
			return err
		}
		out.Media = *m
		if m.Subject.Type != UnitSubject {
			out.Subject = m.Subject.Type + ":" + m.Subject.ID
		}
		for op, may := range map[string]*bool{"evidence.mark": &out.MayMark, "evidence.derive": &out.MayDerive, "evidence.download": &out.MayTake, "evidence.claim": &out.MayClaim} {
			_, _, refused := s.mayWork(ctx, tx, actor, id, op)
			*may = refused == nil
		}
		if out.Keep, out.Gone, err = s.keepingOf(ctx, tx, id, lang); err != nil {
			return err
		}
		if out.Gone != nil {
			out.Media.Destroyed = &out.Gone.At
		}
		unit, err := s.unitNow(ctx, tx, actor, m)
		if err != nil {
			return err
		}
		out.MayHold = out.Gone == nil && actor.Can("evidence.hold", unit)
		if out.Marks, err = marksOf(ctx, tx, id); err != nil {
			return err
		}
		if out.Derived, err = derivedOf(ctx, tx, id); err != nil {
			return err
		}
		if out.Makings, err = makings(ctx, tx, `parent = $1 AND state <> $2`, id, MakingDone); err != nil {
			return err
		}
		for i := range out.Makings {
			k := &out.Makings[i]
			if code, detail, _ := strings.Cut(k.Why, ": "); code != "" {
				if k.Why = words.Text(lang, code, nil); detail != "" {
					k.Why += words.Text(lang, "evidence.detail", map[string]any{"detail": detail})
				}
			}
		}
		of, err := derivedWhere(ctx, tx, `d.media = $1`, id)
		if err != nil {
			return err
		}
		if len(of) > 0 {
			out.Of = &of[0]
		}
		p, err := previewOf(ctx, tx, m.SHA256, previewProxy)
		if err != nil {
			return err
		}
		out.Proxy = p != nil && p.file != ""
		if none, err := previewOf(ctx, tx, m.SHA256, previewNone); err != nil {
			return err
		} else if none != nil {
			code := "evidence.no_preview"
			if m.Broken != nil {
				code = "evidence.no_preview_broken"
			}
			out.NoPreview = words.Text(lang, code, nil)
		}
		// Where ffmpeg could make nothing of it, it cannot repair it either.
		out.MayRepair = out.MayDerive && out.Gone == nil && s.films != nil && m.Broken != nil && out.NoPreview == "" && !slices.ContainsFunc(out.Derived, func(d Derived) bool { return d.How == Repaired })
		return s.around(ctx, tx, actor, out, lang)
	})
	if err != nil {
		return nil, err
	}
	out.Said = s.said(&out.Media)
	return out, nil
}

// around adds what happened while a recording ran.
func (s *Service) around(ctx context.Context, tx *store.Tx, actor org.Actor, out *About, lang string) error {
	all, err := recordingsWhere(ctx, tx, `r.media = $1`, 1, out.Media.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	if err := s.tellKeeping(ctx, tx, all[:1], lang); err != nil {
		return err
	}
	out.Media.Destroyed = all[0].Destroyed
	r := all[0]
	var steps []api.DayStep
	if r.Began != nil && r.Officer != "" && s.steps != nil {
		if steps, err = s.steps(ctx, tx, actor, r.Officer, r.Began.Add(-beside), r.Ended.Add(beside), lang); err != nil {
			return err
		}
		for _, step := range steps {
			if apart(*r.Began, *r.Ended, step.At) == 0 {
				out.Steps = append(out.Steps, step)
			}
		}
	}
	if err := s.name(ctx, tx, all, steps); err != nil {
		return err
	}
	for i := range all[0].Ties {
		if t := &all[0].Ties[i]; t.Number == "" && t.Ended == nil && s.exporting.Matter != nil {
			if called, err := s.exporting.Matter(ctx, tx, actor, t.Subject); err == nil { // who may not see it reads no number
				t.Number = called
			}
		}
	}
	out.Recording = &all[0]
	if r.Began == nil || r.Kind == Picture {
		return nil
	}
	w := &store.Where{}
	cond, args := org.ScopeSQL(actor, "evidence.records", "r.unit", w.Next())
	w.Raw("("+cond+" OR r.officer = $"+strconv.Itoa(w.Next()+len(args))+")", append(args, actor.Person))
	w.Add("r.began_at < ?", store.At(*r.Ended))
	w.Add("r.began_at > ?", store.At(r.Began.Add(-maxLong)))
	w.Add("r.ended_at > ?", store.At(*r.Began))
	w.Add("r.media <> ?", r.ID)
	w.Add("r.kind = ?", Film)
	w.Raw("d.media IS NULL", nil)
	w.Raw("NOT EXISTS (SELECT 1 FROM evidence_gone g WHERE g.media = r.media)", nil)
	if out.Beside, err = recordingsWhere(ctx, tx, w.SQL(), besideMost, w.Args()...); err != nil {
		return err
	}
	if out.Beside == nil {
		out.Beside = []Recording{}
	}
	return s.name(ctx, tx, out.Beside, nil)
}

// said reads what a photograph or a film says of itself; nil where it says nothing, or nothing that can be read.
func (s *Service) said(m *Media) *Said {
	photo := strings.HasPrefix(m.Type, "image/")
	if !photo && m.Type != "video/mp4" || photo && m.Size > maxSaidFile {
		return nil
	}
	file, err := s.files.Open(m.SHA256)
	if err != nil {
		return nil
	}
	defer file.Close()
	out := Said{}
	if photo {
		out = saidByPhoto(file, m.Type)
	} else if says, err := mp4.Read(file, m.Size); err == nil || errors.Is(err, mp4.ErrBroken) {
		out.LongMS = says.Long.Milliseconds()
		if !says.Began.IsZero() {
			out.Taken = says.Began.UTC().Format("2006-01-02 15:04:05")
		}
		if says.Placed {
			out.Lon, out.Lat = &says.Lon, &says.Lat
		}
	}
	if out == (Said{}) {
		return nil
	}
	return &out
}

// saidByPhoto reads EXIF (CIPA DC-008) as far as it concerns when, where and by what a photograph was taken.
func saidByPhoto(file interface {
	Read([]byte) (int, error)
	Seek(int64, int) (int64, error)
}, mime string) (out Said) {
	format := map[string]imagemeta.ImageFormat{"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP}[mime]
	if format == 0 {
		return out
	}
	var tags imagemeta.Tags
	wanted := []string{"DateTimeOriginal", "OffsetTimeOriginal", "Make", "Model", "Software", "BodySerialNumber", "SerialNumber", "GPSLatitude", "GPSLongitude", "GPSLatitudeRef", "GPSLongitudeRef"}
	if _, err := imagemeta.Decode(imagemeta.Options{R: file, ImageFormat: format, Sources: imagemeta.EXIF, Timeout: 2 * time.Second, LimitNumTags: 2000, LimitTagSize: 1000,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return slices.Contains(wanted, t.Tag) },
		HandleTag:       func(t imagemeta.TagInfo) error { tags.Add(t); return nil }}); err != nil {
		return out // a description that is damaged says nothing
	}
	text := func(name string) string {
		value, _ := tags.EXIF()[name].Value.(string)
		value = strings.TrimSpace(api.Clean(value))
		if r := []rune(value); len(r) > 80 {
			value = string(r[:80])
		}
		return value
	}
	out.Taken = strings.TrimSpace(text("DateTimeOriginal") + " " + text("OffsetTimeOriginal"))
	out.Device = strings.TrimSpace(text("Make") + " " + text("Model"))
	out.Software, out.Serial = text("Software"), text("BodySerialNumber")
	if out.Serial == "" {
		out.Serial = text("SerialNumber")
	}
	if lat, lon, err := tags.GetLatLong(); err == nil && (lat != 0 || lon != 0) {
		out.Lat, out.Lon = &lat, &lon
	}
	return out
}
