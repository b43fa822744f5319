import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { NotExport, verify, type Source } from './verify'

const folder = new URL('../../systems/evidence/court/testdata/', import.meta.url)
interface Case { name: string; at: number; with: string; cut: number; append: string; trusted: string; verdict: string; code: string; path: string }
const source = (b: Uint8Array): Source => ({ size: b.length, read: (from, to) => Promise.resolve(b.slice(from, to)) })
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (x) => parseInt(x, 16))

// As the program's own test has them: the form of every export, and one in which shorter numbers than those of 4 GB need the additions for large files.
const forms = [{ name: 'export', wide: undefined }, { name: 'large', wide: 700 }].map((f) => ({
  ...f, zip: new Uint8Array(readFileSync(new URL(`${f.name}.zip`, folder))), cases: JSON.parse(readFileSync(new URL(`${f.name}.json`, folder), 'utf8')) as Case[],
}))

describe.each(forms)('the checker finds what the program finds: $name', ({ zip, cases, wide }) => {
  const check = (b: Uint8Array, trusted = '') => verify(source(b), trusted, undefined, wide)
  it.each(cases.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const changed = zip.slice()
    if (c.at >= 0) changed.set(bytes(c.with), c.at)
    const more = bytes(c.append)
    const b = new Uint8Array(changed.length - c.cut + more.length)
    b.set(changed.subarray(0, changed.length - c.cut))
    b.set(more, changed.length - c.cut)
    if (!c.verdict) { await expect(check(b)).rejects.toThrow(NotExport); return }
    const report = await check(b, c.trusted)
    expect(report.verdict).toBe(c.verdict)
    if (c.code) expect(report.findings.some((f) => f.code === c.code && (!c.path || f.path === c.path)), JSON.stringify(report.findings)).toBe(true)
    else expect(report.findings).toEqual([])
  })
  it('and any changed bit, wherever it lies', async () => {
    for (let at = 0; at < zip.length; at += 11) {
      const b = zip.slice()
      b[at] ^= 1 << (at % 8)
      const verdict = await check(b).then((r) => r.verdict, (e: unknown) => { if (e instanceof NotExport) return 'changed'; throw e })
      expect(verdict, `byte ${at}`).toBe('changed')
    }
  }, 120_000)
})

it('what is exported has one form', async () => {
  for (const [i, form] of forms.entries()) {
    const report = await verify(source(form.zip), '', undefined, forms[1 - i].wide)
    expect(report.findings[0], form.name).toMatchObject({ code: 'container' })
  }
})
