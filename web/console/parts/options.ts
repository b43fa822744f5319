/** Choices that come from the server's registers: people, units, penalty matters. Units are asked for once. */
import { get } from '../../shared/api'
import type { Option, Page, PenaltyMatter, Person, Unit } from '../../shared/types'

let units: Promise<Option[]> | undefined

/** The tree of units as one list, each with its depth. */
export function flatten(tree: Unit[] | null, depth = 0): { unit: Unit; depth: number }[] {
  return (tree ?? []).flatMap((unit) => [{ unit, depth }, ...flatten(unit.children, depth + 1)])
}

export const fetchUnits = async () => (await get<Page<Unit>>('/org/units')).items

export function findUnits(): Promise<Option[]> {
  units ??= fetchUnits().then((tree) => flatten(tree).map(({ unit, depth }) => ({ value: unit.id, label: '　'.repeat(depth) + unit.name })))
  units.catch(() => { units = undefined })
  return units
}

export async function findPeople(unit: string): Promise<Option[]> {
  const { items } = await get<Page<Person>>('/org/people', { unit, active: true, limit: 500 })
  return items.map((p) => ({ value: p.id, label: p.certificate ? `${p.name}　${p.certificate}` : p.name }))
}

export async function findMatters(text: string): Promise<Option[]> {
  const { items } = await get<Page<PenaltyMatter>>('/law/matters', { q: text })
  return items.map((m) => ({ value: m.code, label: `${m.code}　${m.title}` }))
}

/** Codes of a list's filters with their words, as the server's procedures name them. */
const codes = new Map<string, Promise<Record<string, Option[]>>>()

export function findCodes(system: 'complaints' | 'cases', lang: string): Promise<Record<string, Option[]>> {
  const key = `${system} ${lang}`
  if (!codes.has(key)) {
    const asked = get<Record<string, Option[]>>(`/${system}/codes`)
    asked.catch(() => codes.delete(key))
    codes.set(key, asked)
  }
  return codes.get(key)!
}
