/**
 * Filling in a form: one key per opening, so that a double click or a retry does the thing once; what
 * was typed survives a failure and a closed form.
 */
import { reactive, ref } from 'vue'
import { explain } from './asking'
import { newKey, Offline, Problem } from '../../shared/api'
import type { Field } from '../../shared/types'

export type Values = Record<string, unknown>

/** Date and time in the shape that a control works with: Shanghai's wall clock, to the minute. */
const wall = (moment: string) => new Date(Date.parse(moment) + 8 * 3_600_000).toISOString().slice(0, 16)

const nothing = (v: unknown) => v === '' || v === undefined || v === null || (Array.isArray(v) && !v.length)
const said = (v: unknown) => !nothing(v) && v !== false

/** A field's first value, in the shape its control works with: what is proposed, or empty. */
export function startOf(f: Field): unknown {
  if (f.type === 'rows') return (Array.isArray(f.value) ? (f.value as Values[]) : []).map((row) => rowOf(f, row))
  if (f.type === 'people' || f.type === 'media') return Array.isArray(f.value) ? [...(f.value as unknown[])] : []
  if (f.type === 'bool') return f.value === true
  if (f.type === 'datetime' && typeof f.value === 'string' && f.value) return wall(f.value)
  return f.value ?? (f.type === 'number' ? undefined : '')
}

/** A row of a table as its cells work with it. */
export const rowOf = (f: Field, row: Values = {}): Values => Object.fromEntries((f.columns ?? []).map((c) => [c.name, startOf({ ...c, value: row[c.name] ?? c.value })]))

export const startAll = (fields: Field[]): Values => Object.fromEntries(fields.map((f) => [f.name, startOf(f)]))

/** What goes to the server: empty blanks and empty rows stay out, wall time carries Shanghai's offset. */
export function filledOf(fields: Field[], values: Values): Values {
  const out: Values = {}
  for (const f of fields) {
    let v = values[f.name]
    if (f.type === 'rows') v = ((v as Values[]) ?? []).filter((row) => Object.values(row).some(said)).map((row) => filledOf(f.columns ?? [], row))
    if (nothing(v)) continue
    out[f.name] = f.type === 'datetime' ? `${String(v)}:00+08:00` : v
  }
  return out
}

/** Takes empty rows out of the tables, so that a row's number is the same here and at the server. */
export function tidy(fields: Field[], values: Values): void {
  for (const f of fields) if (f.type === 'rows') values[f.name] = ((values[f.name] as Values[]) ?? []).filter((row) => Object.values(row).some(said))
}

/** The names of what must be filled in and is not; a cell is named questions.0.answer. */
export function missingOf(fields: Field[], values: Values): { name: string; label: string }[] {
  return fields.flatMap((f) => {
    if (f.type === 'rows') {
      const rows = (values[f.name] as Values[]) ?? []
      if (f.required && !rows.length) return [{ name: f.name, label: f.label }]
      return rows.flatMap((row, i) => missingOf(f.columns ?? [], row).map((m) => ({ name: `${f.name}.${i}.${m.name}`, label: m.label })))
    }
    return f.required && f.type !== 'bool' && !(f.name in filledOf([f], values)) ? [{ name: f.name, label: f.label }] : []
  })
}

/** Whether an error's name is that of a blank of this form, or of a cell of one of its tables. */
export const isOf = (fields: Field[], name: string) => fields.some((f) => f.name === name || (f.type === 'rows' && name.startsWith(`${f.name}.`)))

/** Forgets the errors of a blank and of its cells. */
export function forgive(errors: Record<string, string>, name: string): void {
  for (const n of Object.keys(errors)) if (n === name || n.startsWith(`${name}.`)) delete errors[n]
}

const drafts = new Map<string, Values>()

/** What was typed into the form of that name before, over the values that it starts with. */
export function draftOf(name: string, start: Values): Values {
  const kept = drafts.get(name)
  const values = reactive<Values>({ ...start, ...kept })
  drafts.set(name, values)
  return values
}

export const forgetDraft = (name: string) => drafts.delete(name)

export function useSending() {
  const busy = ref(false)
  const message = ref('')
  const kind = ref<'' | 'changed' | 'offline' | 'refused'>('')
  const errors = reactive<Record<string, string>>({})
  let key = newKey()

  function clear(): void {
    message.value = ''
    kind.value = ''
    for (const name of Object.keys(errors)) delete errors[name]
  }

  /** Runs a command once; returns its answer, or undefined where it failed and the form says so. */
  async function send<T>(command: (key: string) => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    clear()
    try {
      const answer = await command(key)
      key = newKey()
      return answer ?? (true as T)
    } catch (cause) {
      message.value = explain(cause)
      if (cause instanceof Offline) kind.value = 'offline' // same key again: the server may have done it
      else {
        key = newKey()
        kind.value = cause instanceof Problem && cause.code === 'changed_meanwhile' ? 'changed' : 'refused'
        if (cause instanceof Problem) for (const f of cause.fields) errors[f.name] = f.detail
      }
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { busy, message, kind, errors, send, clear }
}
