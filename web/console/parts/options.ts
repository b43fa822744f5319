/** Choices that come from the server's registers: people, units, penalty matters. Units are asked for once. */
import { get } from '../../shared/api'
import type { Option, Page, PenaltyMatter, Person, Unit } from '../../shared/types'

let units: Promise<Option[]> | undefined

/** All units as one list; below its parents, each is set in by its depth. */
export function flatten(tree: Unit[]): { unit: Unit; depth: number }[] {
  const nested = tree.some((u) => u.children?.length)
  const out: { unit: Unit; depth: number }[] = []
  const ids = new Set(tree.map((u) => u.id))
  const walk = (list: Unit[], depth: number) => {
    for (const unit of list) {
      out.push({ unit, depth })
      walk(nested ? unit.children ?? [] : tree.filter((u) => u.parent === unit.id), depth + 1)
    }
  }
  walk(nested ? tree : tree.filter((u) => !u.parent || !ids.has(u.parent)), 0)
  return out
}

export const fetchUnits = async (): Promise<Unit[]> => {
  const answer = await get<Unit[] | { items: Unit[] } | Unit>('/org/units')
  if (Array.isArray(answer)) return answer
  return 'items' in answer ? answer.items : [answer]
}

export function findUnits(): Promise<Option[]> {
  units ??= fetchUnits().then((tree) => flatten(tree).map(({ unit, depth }) => ({ value: unit.id, label: '　'.repeat(depth) + unit.name })))
  units.catch(() => { units = undefined })
  return units
}

export async function findPeople(unit: string): Promise<Option[]> {
  const { items } = await get<Page<Person>>('/org/people', { unit, limit: 200 })
  return items.map((p) => ({ value: p.id, label: p.certificate ? `${p.name}　${p.certificate}` : p.name }))
}

export async function findMatters(text: string): Promise<Option[]> {
  const { items } = await get<Page<PenaltyMatter>>('/law/matters', { q: text, limit: 50 })
  return items.map((m) => ({ value: m.code, label: `${m.code}　${m.name}` }))
}

/** Codes of a list's filters with their words, as the server names them. */
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
