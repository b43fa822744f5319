/** The days of a month's sheet: whole weeks from Monday on, as civil dates. */
const text = (at: number) => new Date(at).toISOString().slice(0, 10)

/** Every day that a month's sheet shows; month is 2026-11. */
export function sheetOf(month: string): string[] {
  const first = Date.parse(`${month}-01T00:00:00Z`)
  const start = first - ((new Date(first).getUTCDay() + 6) % 7) * 86_400_000
  const [y, m] = month.split('-').map(Number)
  const last = Date.UTC(y, m, 0)
  const weeks = Math.ceil((last - start + 86_400_000) / (7 * 86_400_000))
  return Array.from({ length: weeks * 7 }, (_, i) => text(start + i * 86_400_000))
}

/** The month so many months later. */
export function monthAfter(month: string, n: number): string {
  const [y, m] = month.split('-').map(Number)
  return text(Date.UTC(y, m - 1 + n, 1)).slice(0, 7)
}
