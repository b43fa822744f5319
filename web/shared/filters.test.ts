import { describe, expect, it } from 'vitest'
import { countFilters, isPhone, narrowOf, readFilters, writeFilters, type FilterSpec } from './filters'

const spec: FilterSpec = { q: 'text', state: 'many', from: 'date', overdue: 'flag' }

describe('filters in the address', () => {
  it('come back as they were written', () => {
    const values = { q: '中山北路 100%', state: ['routed', 'accepted'], from: '2024-02-08', overdue: true }
    expect(readFilters(spec, writeFilters(spec, values))).toEqual(values)
  })
  it('leave out what is empty', () => {
    expect(writeFilters(spec, { q: '  ', state: [], from: '', overdue: false })).toEqual({})
  })
  it('keep what belongs to others', () => {
    expect(writeFilters(spec, { q: 'x' }, { open: 'c1', q: 'old', state: 'gone' })).toEqual({ open: 'c1', q: 'x' })
  })
  it('take nothing malformed', () => {
    expect(readFilters(spec, { from: '2024-2-8', overdue: 'maybe', state: ',a,,a,b', q: ['one', 'two'] })).toEqual({ q: 'one', state: ['a', 'b'], from: '', overdue: false })
  })
  it('are counted', () => {
    expect(countFilters(spec, { q: '', state: ['a'], from: '2024-02-08', overdue: false })).toBe(2)
  })
  it('go into a request as they are', () => {
    expect(narrowOf(spec, { q: ' 早餐 ', state: ['a'], from: '', overdue: true })).toEqual({ q: '早餐', state: ['a'], overdue: true })
  })
  it('hold no telephone number', () => {
    for (const q of ['13800000001', '+86 138-0000-0001', '021-62345678', '１３８０００００００１']) expect(isPhone(q), q).toBe(true)
    for (const q of ['', '早餐', '123', '2026-13号', 'JA-2026-000123']) expect(isPhone(q), q).toBe(false)
  })
})
