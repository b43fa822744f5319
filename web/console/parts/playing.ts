/** Words and numbers of a player: moments of a recording, and where a region lies at one. */

/** A moment from the beginning, to the tenth of a second: 1:02:03.4 */
export function moment(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100))
  const s = Math.floor(tenths / 10)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(s / 3600)
  return `${hours ? `${hours}:` : ''}${hours ? two(Math.floor(s / 60) % 60) : Math.floor(s / 60)}:${two(s % 60)}.${tenths % 10}`
}

/** The clock's time at a moment of a recording, by Beijing's clock, to the second. */
export const clockAt = (began: string, ms: number) => new Date(Date.parse(began) + ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Where a region lies at a moment, in shares of the picture. */
export interface Key { atMs: number; x: number; y: number; w: number; h: number }

/** What is made unrecognizable from one moment to another. */
export interface Region { fromMs: number; toMs: number; keys: Key[] }

/** Where a region lies at a moment: between two places it moves evenly, before the first and after the last it stays. */
export function placeAt(r: Region, ms: number): Key {
  const keys = r.keys
  if (ms <= keys[0].atMs) return keys[0]
  for (let i = 1; i < keys.length; i++) {
    const a = keys[i - 1]
    const b = keys[i]
    if (ms <= b.atMs) {
      const share = (ms - a.atMs) / (b.atMs - a.atMs)
      const mix = (p: number, q: number) => p + (q - p) * share
      return { atMs: ms, x: mix(a.x, b.x), y: mix(a.y, b.y), w: mix(a.w, b.w), h: mix(a.h, b.h) }
    }
  }
  return keys[keys.length - 1]
}

/** Gives a region a place at a moment, in the order of time. */
export function putKey(r: Region, key: Key): void {
  r.keys = [...r.keys.filter((k) => Math.abs(k.atMs - key.atMs) > 40), key].sort((a, b) => a.atMs - b.atMs)
}
