/**
 * Checks an export of the enforcement record with nothing but its own bytes, as `jiexu verify` does: that each file is the one that was catalogued,
 * that nothing was added, left out or changed, and that all of it stands in the log that the key signed. It finds what the program finds, on the same
 * cases (systems/evidence/court/testdata).
 */
import * as ed from '@noble/ed25519'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

ed.hashes.sha512 = sha512

/** Bytes that are read piece by piece: a file that someone chose. */
export interface Source { size: number; read: (from: number, to: number) => Promise<Uint8Array> }

export interface Finding { code: string; path: string }

export interface ExportFile { path: string; role: string; name: string; type?: string; size: number; sha256: string; sm3?: string; media?: string; entry?: string; of?: string; how?: string; device?: string; began?: string }

export interface Manifest { format: string; id: string; office: string; matter?: string; purpose: string; recipient: string; reason?: string; by: string; at: string; entry: string; files: ExportFile[] }

export interface Report { verdict: 'genuine' | 'untrusted' | 'foreign' | 'changed'; findings: Finding[]; manifest?: Manifest; keyName: string; fingerprint: string; checked: number }

const FORMAT = 'jiexu-evidence/v1'
const MANIFEST = 'manifest.json'
const PROOFS = 'proofs.json'
const CHECKPOINT = 'checkpoint.txt'
const KEY = 'key.txt'
const READ: Record<string, number> = { [MANIFEST]: 8 << 20, [PROOFS]: 64 << 20, [CHECKPOINT]: 64 << 10, [KEY]: 4 << 10 }
const PIECE = 4 << 20
const text = new TextEncoder()
const words = (b: Uint8Array): string | undefined => { try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(b) } catch { return undefined } }
const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i])
const joined = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}
/** Base64 as it is always written; undefined for any other spelling of the same bytes. */
function base64(s: string): Uint8Array | undefined {
  try {
    const raw = atob(s)
    return btoa(raw) === s ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : undefined
  } catch { return undefined }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0 })
function crcOn(crc: number, b: Uint8Array): number {
  let c = crc
  for (let i = 0; i < b.length; i++) c = CRC[(c ^ b[i]) & 255] ^ (c >>> 8)
  return c
}

/** Stands where a number does not fit into four bytes: from there on it is said in the additions for large files (Zip64), and any other never is. */
const ELSEWHERE = 0xffffffff
const LARGE = 20 // bytes of the additions before a file: a head of four, and its size twice

/** Bytes of a zip, the lowest first. */
class Written {
  private readonly out: number[] = []
  two(...ns: number[]): this { for (const n of ns) this.out.push(n & 255, n >>> 8); return this }
  four(...ns: number[]): this { for (const n of ns) this.out.push(n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24); return this }
  eight(...ns: number[]): this { for (const n of ns) this.four(n % 2 ** 32 >>> 0, Math.floor(n / 2 ** 32)); return this }
  put(b: Uint8Array): this { for (const x of b) this.out.push(x); return this }
  bytes(): Uint8Array { return Uint8Array.from(this.out) }
}

/** The container's own bytes, as the program writes them: stored, no times, and of the additions those that a number from `wide` on needs. */
function head(wide: number, name: Uint8Array, size: number, crc: number, central?: number): Uint8Array {
  const fits = (n: number) => (n >= wide ? ELSEWHERE : n)
  const large = (central === undefined ? [size, size] : [size, size, central]).filter((n) => n >= wide)
  const version = large.length ? 45 : 20
  const b = new Written().four(central === undefined ? 0x04034b50 : 0x02014b50)
  if (central !== undefined) b.two(version)
  b.two(version, 0x0800, 0, 0, 0x0021).four(crc, fits(size), fits(size)).two(name.length, large.length ? 4 + 8 * large.length : 0)
  if (central !== undefined) b.two(0, 0, 0).four(0, fits(central))
  b.put(name)
  if (large.length) b.two(1, 8 * large.length).eight(...large)
  return b.bytes()
}
function end(wide: number, count: number, size: number, at: number): Uint8Array {
  const fits = (n: number) => (n >= wide ? ELSEWHERE : n)
  const b = new Written()
  if (size >= wide || at >= wide) b.four(0x06064b50).eight(44).two(45, 45).four(0, 0).eight(count, count, size, at).four(0x07064b50, 0).eight(at + size).four(1)
  return b.four(0x06054b50).two(0, 0, count, count).four(fits(size), fits(at)).two(0).bytes()
}

interface Seen { size: number; sum: string; bytes?: Uint8Array }

/** A name that stays within the folder into which the zip is unpacked, on any system. */
const safe = (name: string) => name !== '' && !/[\\:\0]/.test(name) && !name.startsWith('/') && name.split('/').every((part) => part !== '' && part !== '.' && !part.startsWith('..'))

export class NotExport extends Error {}

async function walk(source: Source, told: (done: number) => void, wide: number): Promise<{ files: Map<string, Seen>; broken?: Finding }> {
  const files = new Map<string, Seen>()
  const central: Uint8Array[] = []
  let at = 0
  let last = ''
  let damaged: Finding | undefined
  const bad = () => { if (!files.size) throw new NotExport(); return { files, broken: { code: 'container', path: last } } }
  for (;;) {
    const raw = await source.read(at, Math.min(source.size, at + 30))
    if (raw.length < 4) return bad()
    const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
    if (raw.length < 30 || view.getUint32(0, true) !== 0x04034b50) break
    const crc = view.getUint32(14, true)
    const long = view.getUint16(26, true)
    let size = view.getUint32(18, true)
    const start = at + 30 + long + (size === ELSEWHERE ? LARGE : 0)
    if (long > 200 || start > source.size || files.size > 2010) return bad()
    const whole = await source.read(at, start)
    if (size === ELSEWHERE) {
      const large = new DataView(whole.buffer, whole.byteOffset + 30 + long, LARGE)
      size = large.getUint32(4, true) + large.getUint32(8, true) * 2 ** 32
    }
    if (size > source.size - start) return bad()
    const nameBytes = whole.subarray(30, 30 + long)
    const name = words(nameBytes)
    if (name === undefined || !safe(name) || files.has(name)) return bad()
    last = name
    if (!damaged && !same(whole, head(wide, nameBytes, size, crc))) damaged = { code: 'container', path: name }
    const kept: Uint8Array[] = []
    if (READ[name] && size > READ[name]) return bad()
    const sum = sha256.create()
    let c = 0xffffffff
    for (let from = start; from < start + size; from += PIECE) {
      const piece = await source.read(from, Math.min(start + size, from + PIECE))
      sum.update(piece)
      c = crcOn(c, piece)
      if (READ[name]) kept.push(piece)
      told(from + piece.length)
    }
    if ((c ^ 0xffffffff) >>> 0 !== crc && !damaged) damaged = { code: 'file', path: name }
    files.set(name, { size, sum: hex(sum.digest()), bytes: READ[name] ? joined(...kept) : undefined })
    central.push(head(wide, nameBytes, size, crc, at))
    at = start + size
  }
  if (!files.size) throw new NotExport()
  const list = joined(...central)
  const wanted = joined(list, end(wide, central.length, list.length, at))
  const rest = source.size - at === wanted.length ? await source.read(at, source.size) : new Uint8Array()
  if (!same(rest, wanted)) damaged ??= { code: 'container', path: '' }
  return { files, broken: damaged }
}

/** JSON that is exactly as the program writes it. */
function strict<T>(b: Uint8Array | undefined): T | undefined {
  const s = b && words(b)
  if (s === undefined) return undefined
  try {
    const v = JSON.parse(s) as T
    return JSON.stringify(v) === s ? v : undefined
  } catch { return undefined }
}

interface Key { name: string; id: Uint8Array; bytes: Uint8Array }
/** A verifier key (C2SP note): name, digest, algorithm and bytes. */
function keyOf(line: string): Key | undefined {
  const at = line.indexOf('+')
  const name = line.slice(0, at)
  const id = line.slice(at + 1, at + 9)
  const raw = base64(line.slice(at + 10))
  if (at < 1 || line[at + 9] !== '+' || !/^[0-9a-f]{8}$/.test(id) || !raw || raw.length !== 33 || raw[0] !== 1) return undefined
  const sum = sha256(joined(text.encode(`${name}\n`), raw)).subarray(0, 4)
  return hex(sum) === id ? { name, id: sum, bytes: raw.subarray(1) } : undefined
}
const fingerprint = (k: Key) => (hex(sha256(k.bytes)).match(/.{8}/g) ?? []).join(' ')

/** The size and root that a checkpoint signs with this key alone; undefined where the signature does not hold. */
function opened(note: string, key: Key): { size: number; root: Uint8Array } | undefined {
  const split = note.indexOf('\n\n')
  const body = note.slice(0, split + 1)
  const match = /^— (\S+) (\S+)\n$/.exec(note.slice(split + 2))
  const signature = match && match[1] === key.name ? base64(match[2]) : undefined
  if (split < 0 || !signature || signature.length !== 68 || !same(signature.subarray(0, 4), key.id)) return undefined
  let holds = false
  try { holds = ed.verify(signature.subarray(4), text.encode(body), key.bytes, { zip215: false }) } catch { holds = false }
  const lines = body.split('\n')
  const root = base64(lines[2] ?? '')
  const size = Number(lines[1])
  return holds && lines[0] === key.name && root?.length === 32 && Number.isSafeInteger(size) && size >= 0 && String(size) === lines[1] ? { size, root } : undefined
}

/** Whether a leaf is in the tree (RFC 9162, 2.1.3.2). */
function included(leafData: string, leaf: number, size: number, proof: string[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(leaf) || leaf < 0 || leaf >= size) return false
  let fn = leaf
  let sn = size - 1
  let r: Uint8Array = sha256(joined(Uint8Array.of(0), text.encode(leafData)))
  for (const one of proof) {
    const p = base64(one)
    if (p?.length !== 32 || sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      r = sha256(joined(Uint8Array.of(1), p, r))
      while (fn % 2 === 0 && fn !== 0) { fn /= 2; sn = Math.floor(sn / 2) }
    } else r = sha256(joined(Uint8Array.of(1), r, p))
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 && same(r, root)
}

interface Proofs { format: string; key: string; checkpoint: string; entries: { entry: string; leaf: number; proof: string[] }[] }
interface Entry { id: string; kind: string; at?: string; body: { manifest?: string; media?: string; sha256?: string } }

/** The fingerprint of a verifier key, for people to compare with the one that is published. */
export const fingerprintOf = (line: string): string => { const k = keyOf(line); return k ? fingerprint(k) : '' }

/** An entry that is in the tree under a checkpoint that the key signed; undefined where it is not. */
export function provenIn(keyLine: string, checkpoint: string, entry: string, leaf: number, proof: string[]): Entry | undefined {
  const key = keyOf(keyLine)
  const name = key?.name ?? ''
  const split = checkpoint.indexOf('\n\n')
  // What others signed beside is theirs to check.
  const own = checkpoint.slice(split + 2).split('\n').find((line) => line.startsWith(`— ${name} `))
  const tree = key && own && opened(`${checkpoint.slice(0, split)}\n\n${own}\n`, key)
  if (!tree || !included(entry, leaf, tree.size, proof, tree.root)) return undefined
  try { return JSON.parse(entry) as Entry } catch { return undefined }
}

/**
 * Checks an export. trusted is the office's key, where who asks has it; wide is from what on a number is large, which only tests say. Throws NotExport for what is none.
 */
export async function verify(source: Source, trusted = '', told: (done: number) => void = () => undefined, wide = ELSEWHERE): Promise<Report> {
  const out: Report = { verdict: 'changed', findings: [], keyName: '', fingerprint: '', checked: 0 }
  const found = (code: string, path: string) => { if (!out.findings.some((f) => f.code === code && f.path === path)) out.findings.push({ code, path }) }
  const { files, broken } = await walk(source, told, wide)
  if (broken) out.findings.push(broken)
  out.checked = files.size
  for (const name of [MANIFEST, PROOFS, CHECKPOINT, KEY]) if (!files.has(name)) found('absent', name)
  const manifest = strict<Manifest>(files.get(MANIFEST)?.bytes)
  const readable = manifest?.format === FORMAT && Array.isArray(manifest.files)
  if (files.has(MANIFEST) && !readable) found('manifest', MANIFEST)
  if (readable) {
    const listed = new Set([MANIFEST, PROOFS, CHECKPOINT, KEY])
    for (const f of manifest.files) {
      const there = files.get(f.path)
      if (!there) found('absent', f.path)
      else if (there.sum !== f.sha256 || there.size !== f.size) found('file', f.path)
      listed.add(f.path)
    }
    for (const name of files.keys()) if (!listed.has(name)) found('unlisted', name)
  }
  const proven = proofs(files, found, out)
  if (proven && readable) {
    const own = proven[0]
    if (own?.kind !== 'evidence.exported' || own.body.manifest !== files.get(MANIFEST)?.sum) found('manifest', MANIFEST)
    else {
      for (const f of manifest.files) {
        if (f.role !== 'media') continue
        const e = proven.find((x) => x.id === f.entry)
        if (!e || e.body.sha256 !== f.sha256 || e.body.media !== f.media) found('catalogue', f.path)
      }
      out.manifest = manifest
    }
  }
  if (out.findings.length) return out
  const key = words(files.get(KEY)!.bytes!)!.trim()
  out.verdict = !trusted.trim() ? 'untrusted' : trusted.trim() === key ? 'genuine' : 'foreign'
  return out
}

/** Checks the signature and each entry's way to the root. */
function proofs(files: Map<string, Seen>, found: (code: string, path: string) => void, out: Report): Entry[] | undefined {
  const raw = files.get(PROOFS)?.bytes
  if (!raw) return undefined
  const p = strict<Proofs>(raw)
  if (p?.format !== FORMAT || !Array.isArray(p.entries) || typeof p.checkpoint !== 'string' || typeof p.key !== 'string') { found('proofs', PROOFS); return undefined }
  const beside = (name: string, wanted: string) => { const f = files.get(name); if (f && words(f.bytes!) !== wanted) found('file', name) }
  beside(CHECKPOINT, p.checkpoint)
  beside(KEY, `${p.key}\n`)
  const key = keyOf(p.key)
  const tree = key && opened(p.checkpoint, key)
  if (!key || !tree) { found('signature', PROOFS); return undefined }
  out.keyName = key.name
  out.fingerprint = fingerprint(key)
  const entries: Entry[] = []
  for (const e of p.entries) {
    let entry: Entry | undefined
    try { entry = JSON.parse(e.entry) as Entry } catch { entry = undefined }
    if (!entry || !Array.isArray(e.proof ?? []) || !included(e.entry, e.leaf, tree.size, e.proof ?? [], tree.root)) { found('proofs', PROOFS); return undefined }
    entries.push(entry)
  }
  return entries
}
