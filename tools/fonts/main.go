// Command fonts makes the fonts that documents are set in from the npm packages named in package.json
// beside it. It leaves out what documents never use, so that the binary stays small:
//
//	text.ttf   Noto Serif SC Regular, every character: GB 18030's mandatory part and more
//	title.ttf  Noto Serif SC Bold, the characters of GB 2312; others fall back to text.ttf
//	rare.ttf   Noto Serif HK Regular, the characters that text.ttf lacks
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding/simplifiedchinese"

	"jiexu/document/truetype"
)

const (
	mainland = "@expo-google-fonts/noto-serif-sc"
	hongKong = "@expo-google-fonts/noto-serif-hk"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("fonts: ")
	modules := flag.String("modules", "tools/fonts/node_modules", "the folder in which npm installed the packages")
	out := flag.String("out", "data/fonts", "the folder that receives the fonts")
	flag.Parse()
	if err := run(*modules, *out); err != nil {
		log.Fatal(err)
	}
}

func run(modules, out string) error {
	text, err := load(modules, mainland, "400Regular", "NotoSerifSC_400Regular.ttf")
	if err != nil {
		return err
	}
	title, err := load(modules, mainland, "700Bold", "NotoSerifSC_700Bold.ttf")
	if err != nil {
		return err
	}
	rare, err := load(modules, hongKong, "400Regular", "NotoSerifHK_400Regular.ttf")
	if err != nil {
		return err
	}
	gb2312 := simplifiedchinese.HZGB2312.NewEncoder()
	for _, f := range []struct {
		name string
		face *truetype.Face
		keep func(rune) bool
	}{
		{"text.ttf", text, func(rune) bool { return true }},
		{"title.ttf", title, func(r rune) bool {
			_, err := gb2312.String(string(r))
			return err == nil || r < 0x250
		}},
		{"rare.ttf", rare, func(r rune) bool { return text.Glyph(r) == 0 }},
	} {
		b, err := truetype.Trim(f.face, f.keep)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := write(filepath.Join(out, f.name), b); err != nil {
			return err
		}
		log.Printf("%s %d KB", f.name, len(b)>>10)
	}
	return nil
}

func load(path ...string) (*truetype.Face, error) {
	name := filepath.Join(path...)
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%w (run npm install in tools/fonts first)", err)
	}
	f, err := truetype.Load(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// write replaces the file as a whole, so that an interrupted build leaves no half font behind.
func write(name string, b []byte) error {
	if err := os.WriteFile(name+".new", b, 0o644); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
