// Reads XML by the Spark convention of Open311: a single kind of child makes an array, however many there are; several kinds make
// an object; a text that is a number is one, and nothing is null. The client has this from a git repository, which npm cannot reach here.
'use strict'

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const text = (s) => s.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, e) => (e[0] === '#' ? String.fromCodePoint(e[1] === 'x' ? parseInt(e.slice(2), 16) : Number(e.slice(1))) : (entities[e] ?? whole)))

/** The tree of a document: elements with their children and their text. */
exports.read = function read(xml) {
  const root = { children: [], text: '' }
  const stack = [root]
  const token = /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<\/([^\s>]+)\s*>|<([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g
  for (const m of xml.matchAll(token)) {
    const [, cdata, close, open, , empty, words] = m
    const top = stack.at(-1)
    if (cdata !== undefined) top.text += cdata
    else if (words) top.text += text(words)
    else if (close) {
      if (stack.length < 2 || stack.pop().name !== close) throw new Error(`</${close}> closes nothing`)
    } else if (open) {
      const e = { name: open, children: [], text: '' }
      top.children.push(e)
      if (!empty) stack.push(e)
    }
  }
  if (stack.length !== 1 || root.children.length !== 1) throw new Error('no XML document')
  return root.children[0]
}

function value(e) {
  if (!e.children.length) {
    const s = e.text.trim()
    return s === '' ? null : Number.isFinite(Number(s)) ? Number(s) : s
  }
  const names = new Set(e.children.map((c) => c.name))
  if (names.size === 1) return e.children.map(value)
  return Object.fromEntries(e.children.map((c) => [c.name, value(c)]))
}

exports.parseXml = (xml) => value(exports.read(xml))
exports.parse = exports.parseXml
