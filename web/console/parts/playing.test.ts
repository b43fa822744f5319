import { describe, expect, it } from 'vitest'
import { moment, placeAt, putKey, type Region } from './playing'

describe('a moment of a recording', () => {
  it('is written to the tenth of a second', () => {
    expect(moment(0)).toBe('0:00.0')
    expect(moment(62_340)).toBe('1:02.3')
    expect(moment(59_960)).toBe('1:00.0')
    expect(moment(3_723_400)).toBe('1:02:03.4')
  })
})

describe('a region', () => {
  const r: Region = { fromMs: 0, toMs: 9000, keys: [{ atMs: 1000, x: 0, y: 0, w: 0.2, h: 0.2 }] }
  it('moves evenly between its places and stays before and after', () => {
    putKey(r, { atMs: 3000, x: 0.4, y: 0.2, w: 0.4, h: 0.2 })
    expect(placeAt(r, 0).x).toBe(0)
    expect(placeAt(r, 2000)).toMatchObject({ x: 0.2, y: 0.1 })
    expect(placeAt(r, 2000).w).toBeCloseTo(0.3)
    expect(placeAt(r, 8000).x).toBe(0.4)
  })
  it('has one place at a moment, in the order of time', () => {
    putKey(r, { atMs: 3010, x: 0.5, y: 0, w: 0.1, h: 0.1 })
    putKey(r, { atMs: 500, x: 0.1, y: 0, w: 0.1, h: 0.1 })
    expect(r.keys.map((k) => k.atMs)).toEqual([500, 1000, 3010])
  })
})
