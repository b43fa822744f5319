/** Filters of a list, kept in the page's address so that a list can be sent, marked and gone back to. */

export type FilterKind = 'many' | 'one' | 'text' | 'flag' | 'date'
export type FilterSpec = Record<string, FilterKind>
export type FilterValues = Record<string, string[] | string | boolean>
export type Query = Record<string, string | null | undefined | (string | null)[]>

/** The empty value of each kind. */
function blank(kind: FilterKind): string[] | string | boolean {
  return kind === 'many' ? [] : kind === 'flag' ? false : ''
}

const first = (value: Query[string]) => (Array.isArray(value) ? value[0] : value) ?? ''

/** Reads the filters of spec from an address; what is malformed counts as absent. */
export function readFilters(spec: FilterSpec, query: Query): FilterValues {
  const values: FilterValues = {}
  for (const [name, kind] of Object.entries(spec)) {
    const raw = first(query[name])
    if (kind === 'many') values[name] = [...new Set(raw.split(',').filter(Boolean))]
    else if (kind === 'flag') values[name] = raw === '1' || raw === 'true'
    else if (kind === 'date') values[name] = /^\d{4}-\d{2}-\d{2}$/.test(raw) ? raw : ''
    else values[name] = raw
  }
  return values
}

/** Writes filters as an address has them, leaving out what is empty and keeping what spec does not name. */
export function writeFilters(spec: FilterSpec, values: FilterValues, query: Query = {}): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, value] of Object.entries(query)) {
    if (!(name in spec) && first(value) !== '') out[name] = first(value)
  }
  for (const [name, kind] of Object.entries(spec)) {
    const value = values[name] ?? blank(kind)
    if (Array.isArray(value) ? value.length : value) {
      out[name] = Array.isArray(value) ? value.join(',') : value === true ? '1' : String(value).trim()
      if (!out[name]) delete out[name]
    }
  }
  return out
}

/** How many filters are set. */
export function countFilters(spec: FilterSpec, values: FilterValues): number {
  return Object.keys(writeFilters(spec, values)).length
}

/** Whether words that are looked for may be somebody's telephone number, which stands in no address and no saved view. */
export function isPhone(q: string): boolean {
  return /^[\d０-９+\-() ]*$/.test(q.trim()) && q.replace(/[^\d０-９]/g, '').length >= 7
}

/** What narrows a list as a request carries it in its content: lists as lists, flags as such, nothing empty. */
export function narrowOf(spec: FilterSpec, values: FilterValues): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(spec)) {
    const value = values[name]
    if (Array.isArray(value) ? value.length : typeof value === 'string' ? value.trim() : value) out[name] = typeof value === 'string' ? value.trim() : value
  }
  return out
}
