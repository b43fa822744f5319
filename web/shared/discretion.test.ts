import { describe, expect, it } from 'vitest'
import { flawOf, placeOf, presetTiers, scaleOf, standing } from './discretion'
import { fenText, yuanText } from './money'
import type { Discretion, Tier } from './types'

const tier = (code: string, low: number, high: number): Tier => ({ code, title: code, titleEn: code, conditions: [], low, high })
const tiers = [tier('none', 0, 0), tier('mitigated', 1, 9999), tier('lenient', 10_000, 22_000), tier('ordinary', 22_000, 38_000), tier('severe', 38_000, 50_000)]
const first = { code: 'x' } as NonNullable<Discretion['circumstances']>[number]
const of = (more: Partial<Discretion>): Discretion => ({ known: true, low: 10_000, high: 50_000, grades: [], tiers, own: true, circumstances: [], proposed: tiers[2], allowed: ['mitigated', 'lenient', 'ordinary'], reasons: [], ...more })

describe('a sum among the tiers', () => {
  it.each([
    [10_000, 'lenient', true, false],
    [22_000, 'lenient', true, false], // where two tiers meet the proposed one comes first
    [22_001, 'ordinary', true, true],
    [9_999, 'mitigated', true, true],
    [45_000, 'severe', false, false],
  ])('%i is %s', (yuan, code, allowed, departs) => {
    expect(standing(of({}), yuan)).toMatchObject({ tier: { code }, allowed, departs })
  })
  it('lies in none above the range', () => expect(standing(of({}), 60_000)).toEqual({ tier: null, allowed: false, departs: false }))
  it('is free within the range where nothing speaks for a tier', () => {
    expect(standing(of({ own: false }), 45_000)).toMatchObject({ allowed: true, departs: false })
    expect(standing(of({ own: false }), 60_000)).toMatchObject({ allowed: false })
    expect(standing(of({ own: false, circumstances: [first] }), 45_000)).toMatchObject({ allowed: false })
  })
  it('is not known where the range is not', () => expect(standing(of({ known: false }), 1)).toBeNull())
})

describe('the scale', () => {
  const parts = scaleOf(tiers, 10_000, 50_000)
  it('covers everything once, in order', () => {
    expect(parts[0].from).toBe(0)
    expect(parts.at(-1)!.to).toBeCloseTo(100)
    parts.slice(1).forEach((p, i) => expect(p.from).toBeCloseTo(parts[i].to))
  })
  it('puts sums where they belong', () => {
    expect(placeOf(parts, 10_000)).toBeCloseTo(20)
    expect(placeOf(parts, 30_000)).toBeCloseTo(60)
    expect(placeOf(parts, 50_000)).toBeCloseTo(100)
    expect(placeOf(parts, 90_000)).toBe(100)
    expect(placeOf([], 5)).toBe(0)
  })
})

describe('a table of an office', () => {
  it('is good as it is proposed', () => {
    expect(flawOf(presetTiers(10_000, 50_000), 10_000, 50_000)).toBeNull()
    expect(flawOf(presetTiers(0, 777), 0, 777)).toBeNull()
  })
  it.each([
    ['gap', (t: Tier[]) => { t[3].low = 23_000 }],
    ['overlap', (t: Tier[]) => { t[3].low = 21_000 }],
    ['range', (t: Tier[]) => { t[4].high = 60_000 }],
    ['mitigated', (t: Tier[]) => { t[1].high = 10_000 }],
    ['none', (t: Tier[]) => { t[0].high = 5 }],
    ['order', (t: Tier[]) => { t[2].high = 1 }],
  ])('is told its %s', (what, spoil) => {
    const table = tiers.map((t) => ({ ...t }))
    spoil(table)
    expect(flawOf(table, 10_000, 50_000)?.what).toBe(what)
  })
})

describe('sums', () => {
  it('are written as the office writes them', () => {
    expect(yuanText(12_345)).toBe('12,345')
    expect(fenText(9_000)).toBe('90.00')
    expect(fenText(123_456_789)).toBe('1,234,567.89')
  })
})
