import { describe, expect, it } from 'vitest'
import { monthAfter, sheetOf } from './month'

describe('a month', () => {
  it('is shown in whole weeks', () => {
    const days = sheetOf('2026-11')
    expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42])
    expect(sheetOf('2027-02')).toHaveLength(28) // begins on a Monday and has four weeks
  })
  it('is followed by the next, across years', () => {
    expect(monthAfter('2026-11', 2)).toBe('2027-01')
    expect(monthAfter('2026-01', -1)).toBe('2025-12')
  })
})
