/** Where a sum lies among the tiers of discretion, as the server weighs it (AP 5, 30 to 34). */
import type { Discretion, Tier } from './types'

export interface Standing {
  tier: Tier | null // the tier that the sum lies in; null where it lies in none
  allowed: boolean // the circumstances leave it open
  departs: boolean // from the proposed tier: a written reason and a legal review are needed
}

const holds = (t: Tier, yuan: number) => t.low <= yuan && yuan <= t.high

/** What a sum means; null where the range is not known. At a boundary the proposed tier comes first. */
export function standing(d: Discretion, yuan: number): Standing | null {
  if (!d.known || !Number.isFinite(yuan)) return null
  const tiers = d.tiers ?? []
  const proposed = d.proposed ?? null
  const within = yuan >= d.low && yuan <= d.high
  for (const code of [proposed?.code, ...(d.allowed ?? [])]) {
    const tier = [proposed, ...tiers].find((t) => t && t.code === code && holds(t, yuan))
    if (!tier) continue
    const free = !d.own && !d.circumstances?.length // nothing speaks for one tier rather than another
    return { tier, allowed: true, departs: !free && tier.code !== proposed?.code }
  }
  return { tier: tiers.find((t) => holds(t, yuan)) ?? null, allowed: !d.own && !d.circumstances?.length && within, departs: false }
}

export interface Part { tier: Tier; from: number; to: number }

const NOTHING = 7
const BELOW = 13

/** The tiers as parts of a scale of 100: no penalty and what is below the floor have a width of their own, the rest is true to the sums. */
export function scaleOf(tiers: Tier[], low: number, high: number): Part[] {
  let at = 0
  const left = tiers.reduce((sum, t) => sum + (t.code === 'none' ? NOTHING : t.code === 'mitigated' ? BELOW : 0), 0)
  const span = Math.max(1, high - low)
  return tiers.map((tier) => {
    const width = tier.code === 'none' ? NOTHING : tier.code === 'mitigated' ? BELOW : high === low ? 100 - left : ((tier.high - tier.low) / span) * (100 - left)
    const part = { tier, from: Math.min(100, at), to: Math.min(100, at + Math.max(0, width)) } // a table that is being typed may not fit yet
    at = part.to
    return part
  })
}

/** Where a sum stands on the scale, 0 to 100; beyond its ends it stays at the end. */
export function placeOf(parts: Part[], yuan: number): number {
  if (!parts.length) return 0
  for (const p of parts) {
    if (yuan > p.tier.high) continue
    if (yuan < p.tier.low) return p.from
    const span = p.tier.high - p.tier.low
    return span ? p.from + ((yuan - p.tier.low) / span) * (p.to - p.from) : (p.from + p.to) / 2
  }
  return 100
}

export type Flaw = { what: 'order' | 'gap' | 'overlap' | 'range' | 'mitigated' | 'none'; tier: string; from?: number; to?: number }

/** What is wrong with an office's own table for a range from low to high; the server checks it again. */
export function flawOf(tiers: Pick<Tier, 'code' | 'low' | 'high'>[], low: number, high: number): Flaw | null {
  const within = tiers.filter((x) => !['none', 'mitigated'].includes(x.code))
  for (const x of tiers) {
    if (![x.low, x.high].every(Number.isFinite) || x.high < x.low) return { what: 'order', tier: x.code }
    if (x.code === 'none' && (x.low || x.high)) return { what: 'none', tier: x.code }
    if (x.code === 'mitigated' && (x.low < 1 || x.high >= low)) return { what: 'mitigated', tier: x.code, to: low }
  }
  if (!within.length || within[0].low !== low || within.at(-1)!.high !== high) return { what: 'range', tier: '', from: low, to: high }
  for (let i = 1; i < within.length; i++) {
    const [before, x] = [within[i - 1], within[i]]
    if (x.low > before.high) return { what: 'gap', tier: x.code, from: before.high, to: x.low }
    if (x.low < before.high) return { what: 'overlap', tier: x.code, from: x.low, to: before.high }
  }
  return null
}

/** Where tiers meet where an office has no table of its own, in per cent of the range. */
const MEET: [string, number, number][] = [['lenient', 0, 30], ['ordinary', 30, 70], ['severe', 70, 100]]

/** A table to begin with. */
export function presetTiers(low: number, high: number): { code: string; low: number; high: number; conditions: string[] }[] {
  const part = (p: number) => low + Math.floor(((high - low) * p) / 100)
  return [{ code: 'none', low: 0, high: 0, conditions: [] }, ...(low > 1 ? [{ code: 'mitigated', low: 1, high: low - 1, conditions: [] }] : []), ...MEET.map(([code, a, b]) => ({ code, low: part(a), high: part(b), conditions: [] as string[] }))]
}
