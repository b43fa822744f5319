/**
 * Checks a document of the office that carries its proof, as `jiexu verify` does: the PDF as it was issued is the beginning of the file, and what stands
 * behind it must be exactly what the program appends for it (document.AttachProof).
 */
import { md5 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { fingerprintOf, provenIn } from './verify'

export interface DocumentReport { verdict: 'genuine' | 'untrusted' | 'foreign' | 'changed'; why?: 'content' | 'proof'; name?: string; number?: string; at?: string; keyName: string; fingerprint: string }

export class NotDocument extends Error {}

const NAME = 'jiexu-proof.json'
const ORIGINAL = '/JiexuOriginal '
const TAIL = 2048
/** One letter a byte, so that places in the text are places in the file. */
const latin = (b: Uint8Array) => { let s = ''; for (let at = 0; at < b.length; at += 8192) s += String.fromCharCode(...b.subarray(at, at + 8192)); return s }
const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
const ten = (n: number) => String(n).padStart(10, '0')

interface Updating { start: number; size: number; root: number; catalog: string; trailer: string }

/** What an update must repeat of the PDF that it extends; undefined for a PDF that the program has not made. */
function updating(pdf: string): Updating | undefined {
  const end = /startxref\n([0-9]{1,10})\n%%EOF\n?$/.exec(pdf.slice(-64))
  if (!end) return undefined
  const start = Number(end[1])
  const table = pdf.slice(start)
  const head = /^xref\n0 ([0-9]{1,7})\n/.exec(table.slice(0, 32))
  if (start <= 0 || !head) return undefined
  const entries = Number(head[1])
  const after = head[0].length + 20 * entries
  const trailer = table.slice(after)
  if (!trailer || trailer.length > TAIL || !trailer.startsWith('trailer\n<< ')) return undefined
  const size = /\/Size ([0-9]{1,7})[ />]/.exec(trailer)
  const root = /\/Root ([0-9]{1,7}) 0 R/.exec(trailer)
  const info = /\/Info [0-9]{1,7} 0 R/.exec(trailer)
  const id = /\/ID \[<[0-9A-F]{32}> <[0-9A-F]{32}>\]/.exec(trailer)
  if (!size || !root || !info || !id || Number(size[1]) !== entries || Number(root[1]) <= 0 || Number(root[1]) >= entries) return undefined
  const row = head[0].length + 20 * Number(root[1])
  const at = Number(table.slice(row, row + 10))
  const object = pdf.slice(at, Math.min(start, at + (64 << 10)))
  const begin = `${Number(root[1])} 0 obj\n<< `
  const stop = object.indexOf(' >>\nendobj\n')
  if (!Number.isInteger(at) || at >= start || !object.startsWith(begin) || stop < 0) return undefined
  const catalog = object.slice(begin.length, stop)
  if (catalog.includes('/Names') || catalog.includes('/AF ')) return undefined
  return { start, size: entries, root: Number(root[1]), catalog, trailer: `${info[0]} ${id[0]}` }
}

const streamHead = (u: Updating) => `\n${u.size} 0 obj\n<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length `

/** What the program appends to a PDF of this length for this bundle. */
function appended(u: Updating, length: number, bundle: string): string {
  const spec = u.size + 1
  const sum = hex(md5(Uint8Array.from(bundle, (c) => c.charCodeAt(0)))).toUpperCase()
  const stream = `${streamHead(u)}${bundle.length} /Params << /Size ${bundle.length} /CheckSum <${sum}> >> >>\nstream\n${bundle}\nendstream\nendobj\n`
  const atSpec = length + stream.length
  const files = `${spec} 0 obj\n<< /Type /Filespec /F (${NAME}) /UF (${NAME}) /Desc (jiexu ledger proof) /AFRelationship /Data /EF << /F ${u.size} 0 R /UF ${u.size} 0 R >> >>\nendobj\n`
  const atRoot = atSpec + files.length
  const catalog = `${u.root} 0 obj\n<< ${u.catalog} /AF [${spec} 0 R] /Names << /EmbeddedFiles << /Names [(${NAME}) ${spec} 0 R] >> >> >>\nendobj\n`
  const start = atRoot + catalog.length
  const table = `xref\n${u.root} 1\n${ten(atRoot)} 00000 n \n${u.size} 2\n${ten(length + 1)} 00000 n \n${ten(atSpec)} 00000 n \n`
  return `${stream}${files}${catalog}${table}trailer\n<< /Size ${u.size + 2} /Root ${u.root} 0 R ${u.trailer} /Prev ${u.start} ${ORIGINAL}${length} >>\nstartxref\n${start}\n%%EOF\n`
}

interface Bundle { format: string; entry: string; leaf: number; proof: string[] | null; checkpoint: string; key: string; document?: { kind?: string; number?: string; name?: string; sha256: string; size: number } }

/** Checks a PDF. Throws NotDocument for one that carries no proof. */
export function verifyDocument(content: Uint8Array, trusted = ''): DocumentReport {
  const pdf = latin(content)
  if (!pdf.includes(NAME) && !pdf.includes(ORIGINAL)) throw new NotDocument()
  const changed = (why: 'content' | 'proof'): DocumentReport => ({ verdict: 'changed', why, keyName: '', fingerprint: '' })
  const keys = [...pdf.slice(-TAIL).matchAll(/\/JiexuOriginal ([0-9]{1,10}) /g)]
  const length = Number(keys.at(-1)?.[1] ?? -1)
  if (length < 0 || length >= pdf.length) return changed('content')
  const original = pdf.slice(0, length)
  const u = updating(original)
  const rest = pdf.slice(length)
  if (!u || original.includes(NAME) || original.includes(ORIGINAL) || !rest.startsWith(streamHead(u))) return changed('content')
  const long = /^([0-9]+) /.exec(rest.slice(streamHead(u).length, streamHead(u).length + 12))
  const from = rest.indexOf('stream\n') + 7
  const bundleText = rest.slice(from, from + Number(long?.[1] ?? 0))
  if (!long || appended(u, length, bundleText) !== rest) return changed('content')
  let b: Bundle
  try { b = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bundleText, (c) => c.charCodeAt(0)))) as Bundle } catch { return changed('proof') }
  const entry = b.format === 'jiexu-proof/v1' ? provenIn(b.key, b.checkpoint, b.entry, b.leaf, b.proof ?? []) : undefined
  const issued = (entry?.body as { document?: Bundle['document'] } | undefined)?.document
  const named = (k: 'kind' | 'number' | 'name') => !b.document?.[k] || b.document[k] === issued?.[k]
  if (!entry || !issued || !b.document || b.document.sha256 !== issued.sha256 || b.document.size !== issued.size || !named('kind') || !named('number') || !named('name')) return changed('proof')
  if (issued.size !== length || hex(sha256(content.subarray(0, length))) !== issued.sha256) return changed('content')
  const key = b.key.trim()
  return { verdict: !trusted.trim() ? 'untrusted' : trusted.trim() === key ? 'genuine' : 'foreign', name: issued.name, number: issued.number, at: entry.at, keyName: key.slice(0, key.indexOf('+')), fingerprint: fingerprintOf(key) }
}
