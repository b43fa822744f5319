// The one call that the client makes: toJson(xml, { object: true }), where every text stays a text. The package of this name has to be compiled.
'use strict'
const { read } = require('sparkxml')

function value(e) {
  if (!e.children.length) return e.text.trim()
  const out = {}
  for (const c of e.children) {
    const v = value(c)
    if (!(c.name in out)) out[c.name] = v
    else if (Array.isArray(out[c.name])) out[c.name].push(v)
    else out[c.name] = [out[c.name], v]
  }
  return out
}

exports.toJson = (xml) => { const e = read(xml); return { [e.name]: value(e) } }
