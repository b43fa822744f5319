package docx

import "fmt"

// The faces that GB/T 9704-2012 names; a reader without them takes what the font table offers instead.
const (
	songti   = "方正小标宋简体"
	fangsong = "仿宋_GB2312"
	heiti    = "黑体"
)

// styles writes the style sheet: sizes in half points, lines of 22 to the page.
func (f *File) styles() string {
	body, table, line := 32, 28, 579
	if f.info.Close {
		body, table, line = 28, 24, 450
	}
	style := func(name, label, face string, size int, para string) string {
		return fmt.Sprintf(`<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="%s"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="%s"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
			name, label, para, face, size, size)
	}
	exact := fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>`, line)
	loose := `<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>`
	return `<w:styles ` + spaces + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="` + fangsong + `"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>` +
		style(Title, "文书标题", songti, 44, `<w:keepNext/><w:spacing w:before="0" w:after="0" w:line="720" w:lineRule="exact"/><w:jc w:val="center"/>`) +
		style(Number, "文号", fangsong, body, `<w:keepNext/><w:spacing w:before="200" w:after="200"/><w:jc w:val="right"/>`) +
		style(Body, "正文段落", fangsong, body, exact+`<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>`) +
		style(Plain, "顶格段落", fangsong, body, exact+`<w:jc w:val="both"/>`) +
		style(Heading, "小标题", heiti, body, `<w:keepNext/>`+exact+`<w:ind w:firstLineChars="200" w:firstLine="640"/>`) +
		style(Cell, "表格内容", fangsong, table, loose+`<w:jc w:val="both"/>`) +
		style(Label, "表格标签", heiti, table, loose+`<w:jc w:val="center"/>`) +
		style(Sign, "签名行", fangsong, table, `<w:keepLines/><w:spacing w:before="60" w:after="60" w:line="240" w:lineRule="auto"/>`) +
		style(Closing, "落款", fangsong, body, `<w:keepNext/>`+exact+`<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>`) +
		style(Caption, "图片说明", fangsong, 21, `<w:keepLines/>`+loose+`<w:jc w:val="center"/>`) +
		style(Note, "附注", fangsong, 21, loose) +
		`<w:style w:type="table" w:customStyle="1" w:styleId="JxTable"><w:name w:val="文书表格"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>` +
		`<w:top w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:left w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:bottom w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:right w:val="single" w:sz="6" w:space="0" w:color="auto"/>` +
		`<w:insideH w:val="single" w:sz="6" w:space="0" w:color="auto"/><w:insideV w:val="single" w:sz="6" w:space="0" w:color="auto"/></w:tblBorders><w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`
}
