// Package film has ffmpeg look into films and make others from them: stills, parts, versions in which regions are made unrecognizable or stretches
// are silent, small pictures, versions that any browser plays. It knows files and times alone. ffmpeg is a program of the machine's; without it
// nothing here works, and all else goes on.
package film

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// ErrAbsent says that this machine has no ffmpeg.
var ErrAbsent = errors.New("ffmpeg is not installed")

// Tool is an ffmpeg that was found.
type Tool struct {
	ffmpeg, ffprobe string
	Version         string // as it tells itself: 5.1.9-0+deb12u1
}

// Find looks for ffmpeg and ffprobe where programs are. Returns ErrAbsent.
func Find() (*Tool, error) {
	t := &Tool{}
	var err error
	if t.ffmpeg, err = exec.LookPath("ffmpeg"); err != nil {
		return nil, ErrAbsent
	}
	if t.ffprobe, err = exec.LookPath("ffprobe"); err != nil {
		return nil, ErrAbsent
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	says, err := exec.CommandContext(ctx, t.ffmpeg, "-version").Output()
	if err != nil {
		return nil, ErrAbsent
	}
	line, _, _ := strings.Cut(string(says), "\n")
	if words := strings.Fields(line); len(words) > 2 {
		t.Version = words[2]
	}
	return t, nil
}

// ErrNothing says that nothing is shown at a moment: it lies after the end.
var ErrNothing = errors.New("nothing is there at that moment")

// Failed is what ffmpeg could not do, in its own words.
type Failed struct{ Says string }

func (f *Failed) Error() string { return "ffmpeg: " + f.Says }

// maxSaid bounds what is kept of what ffmpeg says.
const maxSaid = 2000

// run runs a program that reads local files and nothing else, and gives what it wrote.
func run(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case err == nil:
		return out.Bytes(), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	text := strings.TrimSpace(said.String())
	if len(text) > maxSaid {
		text = text[len(text)-maxSaid:]
	}
	if text == "" {
		text = err.Error()
	}
	return nil, &Failed{text}
}

// make runs ffmpeg from one file into another. Nothing that a file names is fetched, and what the file tells beside picture and sound stays behind.
func (t *Tool) make(ctx context.Context, before []string, in string, then []string, out string) error {
	args := []string{"-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe"}
	args = append(append(args, before...), "-i", in)
	args = append(append(args, then...), "-map_metadata", "-1", "-y", out)
	_, err := run(ctx, t.ffmpeg, args...)
	return err
}

// Says is what is in a film.
type Says struct {
	Long          time.Duration
	Width, Height int    // as it is shown, upright; 0 where there is no picture
	Video, Audio  string // codecs; empty: none
	Playable      bool   // by every browser of today, as it is
}

// Look tells what is in a file.
func (t *Tool) Look(ctx context.Context, in string) (Says, error) {
	raw, err := run(ctx, t.ffprobe, "-v", "error", "-protocol_whitelist", "file,pipe", "-of", "json", "-show_format", "-show_streams", in)
	if err != nil {
		return Says{}, err
	}
	var told struct {
		Format struct {
			Duration string `json:"duration"`
			Name     string `json:"format_name"`
		} `json:"format"`
		Streams []struct {
			Kind   string `json:"codec_type"`
			Codec  string `json:"codec_name"`
			Pixels string `json:"pix_fmt"`
			Width  int    `json:"width"`
			Height int    `json:"height"`
			Beside []struct {
				Rotation float64 `json:"rotation"`
			} `json:"side_data_list"`
		} `json:"streams"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return Says{}, fmt.Errorf("read ffprobe: %w", err)
	}
	var s Says
	if sec, err := strconv.ParseFloat(told.Format.Duration, 64); err == nil {
		s.Long = time.Duration(sec * float64(time.Second))
	}
	pixels := ""
	for _, one := range told.Streams {
		switch {
		case one.Kind == "video" && s.Video == "":
			s.Video, s.Width, s.Height, pixels = one.Codec, one.Width, one.Height, one.Pixels
			for _, b := range one.Beside {
				if turn := int(b.Rotation); turn%180 != 0 {
					s.Width, s.Height = s.Height, s.Width
				}
			}
		case one.Kind == "audio" && s.Audio == "":
			s.Audio = one.Codec
		}
	}
	s.Playable = strings.Contains(told.Format.Name, "mp4") && (s.Video == "" || s.Video == "h264" && (pixels == "yuv420p" || pixels == "yuvj420p")) &&
		(s.Audio == "" || s.Audio == "aac" || s.Audio == "mp3")
	return s, nil
}

// Still takes the picture out that is shown at a moment, as it was decoded, without loss (PNG). Where a film has ended, as in a player that ran to its end, it is the last one. It returns the moment from
// which it was looked for. Returns ErrNothing where there is none.
func (t *Tool) Still(ctx context.Context, in, out string, at time.Duration) (time.Duration, error) {
	for _, back := range []time.Duration{0, 50 * time.Millisecond, 150 * time.Millisecond, 500 * time.Millisecond, time.Second} {
		from := max(at-back, 0)
		err := t.make(ctx, []string{"-ss", seconds(from)}, in, []string{"-map", "0:v:0", "-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1"}, out)
		if err != nil && !errors.Is(err, ErrNothing) {
			return 0, err
		}
		if _, err := os.Stat(out); err == nil { // ffmpeg is content with a moment after the end, and writes nothing
			return from, nil
		}
	}
	return 0, ErrNothing
}

// Part takes a part out without decoding it: each picture and sound is the original's own bytes. A film can be cut only where a whole picture is
// kept, so it begins at the last such one at or before from, which is returned.
func (t *Tool) Part(ctx context.Context, in, out string, from, to time.Duration) (began time.Duration, err error) {
	if began, err = t.keyBefore(ctx, in, from); err != nil {
		return 0, err
	}
	before := []string{"-ss", seconds(began), "-to", seconds(to)}
	return began, t.make(ctx, before, in, []string{"-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-avoid_negative_ts", "make_zero", "-movflags", "+faststart", "-f", "mp4"}, out)
}

// forms are how ffmpeg names the containers in which a repair writes: that of the original, so that nothing in it has to be changed.
var forms = map[string]string{"video/mp4": "mp4", "video/avi": "avi", "video/webm": "matroska", "audio/wave": "wav"}

// Repair writes what is left of a film or sound that broke off into a file that is whole: each picture and sound that is there to its end is the original's own bytes, and only what says where they lie
// is made anew. It returns how long that is. Returns ErrNothing where nothing of it can be read, as where a film has no index.
func (t *Tool) Repair(ctx context.Context, in, out, mime string) (long time.Duration, err error) {
	form, ok := forms[mime]
	if !ok {
		return 0, ErrNothing
	}
	then := []string{"-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", "-f", form}
	if form == "mp4" {
		then = append(then, "-movflags", "+faststart")
	}
	if err := t.make(ctx, []string{"-err_detect", "ignore_err", "-fflags", "+genpts"}, in, then, out); err != nil {
		return 0, err
	}
	says, err := t.Look(ctx, out)
	if err == nil && says.Video == "" && says.Audio == "" {
		err = ErrNothing
	}
	return says.Long, err
}

// keyBefore finds the last whole picture at or before a moment; of sound alone that moment itself.
func (t *Tool) keyBefore(ctx context.Context, in string, at time.Duration) (time.Duration, error) {
	if at <= 0 {
		return 0, nil
	}
	says, err := t.Look(ctx, in)
	if err != nil || says.Video == "" {
		return at, err
	}
	// Asked for the stretch around a moment, ffprobe begins at the whole picture before it.
	raw, err := run(ctx, t.ffprobe, "-v", "error", "-protocol_whitelist", "file,pipe", "-select_streams", "v:0", "-skip_frame", "nokey", "-show_entries", "frame=pts_time,best_effort_timestamp_time",
		"-of", "json", "-read_intervals", seconds(at)+"%+0.001", in)
	if err != nil {
		return 0, err
	}
	var told struct {
		Frames []struct {
			At   string `json:"pts_time"`
			Best string `json:"best_effort_timestamp_time"`
		} `json:"frames"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return 0, fmt.Errorf("read ffprobe: %w", err)
	}
	var key time.Duration
	for _, f := range told.Frames {
		text := f.At
		if text == "" {
			text = f.Best
		}
		if sec, err := strconv.ParseFloat(text, 64); err == nil {
			if d := time.Duration(sec * float64(time.Second)); d <= at && d > key {
				key = d
			}
		}
	}
	return key, nil
}

// Thumb makes a small picture of a film, at most side pixels wide and high.
func (t *Tool) Thumb(ctx context.Context, in, out string, at time.Duration, side int) error {
	return t.make(ctx, []string{"-ss", seconds(at)}, in, []string{"-map", "0:v:0", "-frames:v", "1", "-vf", fmt.Sprintf("scale='min(%d,iw)':'min(%d,ih)':force_original_aspect_ratio=decrease", side, side),
		"-c:v", "mjpeg", "-q:v", "5", "-f", "image2", "-update", "1"}, out)
}

// Proxy makes a smaller version that every browser plays, at most high pixels high.
func (t *Tool) Proxy(ctx context.Context, in, out string, high int) error {
	return t.make(ctx, nil, in, append([]string{"-map", "0:v:0?", "-map", "0:a:0?", "-vf", fmt.Sprintf("scale=-2:'min(%d,trunc(ih/2)*2)'", high)}, encoded("26")...), out)
}

// encoded has picture and sound written in what every browser plays.
func encoded(quality string) []string {
	return []string{"-c:v", "libx264", "-preset", "veryfast", "-crf", quality, "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "mp4"}
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
