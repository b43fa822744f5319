/**
 * Filling in a form: one key per opening, so that a double click or a retry does the thing once; what
 * was typed survives a failure and a closed form.
 */
import { reactive, ref } from 'vue'
import { explain } from './asking'
import { newKey, Offline, Problem } from '../../shared/api'

export type Values = Record<string, unknown>

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
