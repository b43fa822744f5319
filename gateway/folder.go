package gateway

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/fault"
	"jiexu/sheet"
	"jiexu/store"
)

// The folders of a link. A platform writes into in under a name that ends in .part, and renames what is whole; we do the same in out.
const (
	folderIn   = "in"
	folderOut  = "out"
	folderDone = "done" // what was read; the platform's to clear away
)

// settled is how old a file must be before what is broken in it is believed: it may still be being written.
const settled = time.Minute

func (s *Service) folder(l Link, part string) string { return filepath.Join(s.Folder, l.Code, part) }

// filesIn lists what lies in a link's folder, the oldest name first.
func (s *Service) filesIn(l Link) ([]string, error) {
	for _, part := range []string{folderIn, folderOut, folderDone} {
		if err := os.MkdirAll(s.folder(l, part), 0o770); err != nil {
			return nil, err
		}
	}
	entries, err := os.ReadDir(s.folder(l, folderIn))
	var names []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".csv", ".json", ".xlsx", ".txt":
			if e.Type().IsRegular() {
				names = append(names, e.Name())
			}
		}
	}
	return names, err
}

// readFolder takes in the files of a link, and reports whether there was one. A file that cannot be read at all is a row on the page too, and lies with
// the others in done under its name: nothing of it is lost.
func (s *Service) readFolder(ctx context.Context, l Link) (any bool, err error) {
	names, err := s.filesIn(l)
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return any, err
		}
		read, one := s.readOne(ctx, l, name)
		any = any || read
		err = errors.Join(err, one)
	}
	return any, err
}

func (s *Service) readOne(ctx context.Context, l Link, name string) (read bool, err error) {
	p, err := s.protocol(l.Kind)
	if err != nil {
		return false, err
	}
	path := filepath.Join(s.folder(l, folderIn), name)
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	content, err := readBounded(path)
	var items []item
	if err == nil {
		items, err = decodeFile(name, content, namesOf(p))
	}
	young := time.Since(info.ModTime()) < settled // the file's own time, which no test sets
	if young && (err != nil || slices.ContainsFunc(items, func(it item) bool { return it.problem != nil && it.problem.Code == "gateway.cut_off" })) {
		return false, nil
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.TooLarge:
		f := problemsOf(err)[0]
		items = []item{{problem: &f, source: name, fields: map[string]string{"file": name, rawField: shorten(string(content[:min(len(content), 2000)]), maxRaw)}}}
	default:
		if err != nil {
			return false, err
		}
	}
	for chunk := range slices.Chunk(items, 200) {
		if _, _, err := s.keep(ctx, l, chunk, nil); err != nil {
			return false, err
		}
	}
	s.stir()
	return true, os.Rename(path, s.free(l, name))
}

// free is a name in done that nothing has.
func (s *Service) free(l Link, name string) string {
	stamped := s.Now().UTC().Format("20060102-150405-") + name
	for n := 0; ; n++ {
		path := filepath.Join(s.folder(l, folderDone), stamped)
		if n > 0 {
			path = filepath.Join(s.folder(l, folderDone), fmt.Sprintf("%d-%s", n, stamped))
		}
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path
		}
	}
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, sheet.MaxBytes+1))
	if err == nil && len(content) > sheet.MaxBytes {
		return content[:2000], fault.New(fault.TooLarge, "import.too_large", "max", sheet.MaxBytes>>20)
	}
	return content, err
}

// writeFolder writes what is due into one file, and reports whether there may be more. A crash between the file and the box writes the same
// messages once more, with the same numbers.
func (s *Service) writeFolder(ctx context.Context, l Link) (more bool, err error) {
	const batch = 500
	list, err := s.dueOut(ctx, l, batch)
	if err != nil || len(list) == 0 {
		return false, err
	}
	if _, err := s.filesIn(l); err != nil { // makes the folders
		return false, err
	}
	content, err := writeMessages(l, list)
	if err != nil {
		return false, err
	}
	path := filepath.Join(s.folder(l, folderOut), s.Now().UTC().Format("20060102-150405-")+list[0].id[:12]+"."+l.Format)
	if err := writeWhole(path, content); err != nil {
		return false, errors.Join(s.away(ctx, l, 1, err), err)
	}
	now := store.At(s.Now())
	err = s.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, o := range list {
			if _, err := tx.Exec(ctx, `UPDATE gateway_outbox SET state = 'sent', attempts = attempts + 1, error = '', sent_at = $2, updated_at = $2 WHERE id = $1 AND state = 'waiting'`, o.id, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = s.reached(ctx, l)
	}
	return true, err
}

// titles are the columns of a file that we write, in order, and what the field of each is.
var titles = [][2]string{{"消息编号", "message"}, {"工单编号", "order"}, {"序号", "seq"}, {"消息类型", "type"}, {"时间", "at"}, {"承办编号", "complaint"}, {"环节", "stage"}, {"环节名称", "title"},
	{"承办单位", "unit"}, {"内容", "text"}, {"结果", "outcome"}, {"原因类别", "reason"}, {"申请工作日", "days"}, {"案件编号", "case"}, {"事件编号", "event"}, {"处理结果", "result"}, {"问题", "problems"}, {"说明", "notes"}, {"其他", ""}}

// writeMessages makes a file of messages as the link wants it.
func writeMessages(l Link, list []outgoing) ([]byte, error) {
	var out bytes.Buffer
	if l.Format == "json" {
		bodies := make([]json.RawMessage, len(list))
		for i, o := range list {
			bodies[i] = json.RawMessage(o.body)
		}
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(map[string]any{"messages": bodies}); err != nil {
			return nil, err
		}
	} else {
		w := csv.NewWriter(&out)
		head := make([]string, len(titles))
		for i, t := range titles {
			head[i] = t[0]
		}
		w.Write(head)
		for _, o := range list {
			w.Write(cells(bodyOf(o.body)))
		}
		w.Flush()
	}
	if l.Encoding == sheet.GB18030 {
		return simplifiedchinese.GB18030.NewEncoder().Bytes(out.Bytes())
	}
	if l.Format == "csv" {
		return append([]byte("\xef\xbb\xbf"), out.Bytes()...), nil
	}
	return out.Bytes(), nil
}

// cells are a message's columns; what has none of its own is in the last.
func cells(body map[string]any) []string {
	out := make([]string, len(titles))
	for i, t := range titles[:len(titles)-1] {
		if v, ok := body[t[1]]; ok {
			text, plain := v.(string)
			if !plain {
				text = encode(v)
			}
			out[i] = sheet.Guard(text)
			delete(body, t[1])
		}
	}
	if len(body) > 0 {
		var rest []string
		for _, k := range slices.Sorted(maps.Keys(body)) {
			rest = append(rest, k+"="+fmt.Sprint(body[k]))
		}
		out[len(out)-1] = sheet.Guard(strings.Join(rest, "; "))
	}
	return out
}

// writeWhole writes a file that is either whole or not there.
func writeWhole(path string, content []byte) error {
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o660)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
