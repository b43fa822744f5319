/** Asking the server for what a component shows, with every way in which that can end. */
import { onScopeDispose, ref, shallowRef, type Ref } from 'vue'
import { Offline, Problem } from '../../shared/api'
import { t } from '../../shared/i18n'

export interface Asking<T> {
  data: Ref<T | undefined>
  state: Ref<'loading' | 'ready' | 'failed'>
  failure: Ref<unknown>
  again: (quiet?: boolean) => Promise<void>
}

/**
 * Asks at once and whenever again is called; quiet keeps what is shown while asking. An answer that was
 * overtaken by a later question is dropped.
 */
export function useAsking<T>(ask: (signal: AbortSignal) => Promise<T>, now = true): Asking<T> {
  const data = shallowRef<T>()
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const failure = shallowRef<unknown>()
  let running: AbortController | undefined

  async function again(quiet = false): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    if (!quiet || data.value === undefined) state.value = 'loading'
    try {
      const answer = await ask(mine.signal)
      if (mine !== running) return
      data.value = answer
      failure.value = undefined
      state.value = 'ready'
    } catch (cause) {
      if (mine !== running || mine.signal.aborted) return
      if (quiet && data.value !== undefined && cause instanceof Offline) return
      failure.value = cause
      state.value = 'failed'
    }
  }
  onScopeDispose(() => running?.abort())
  if (now) void again()
  return { data, state, failure, again }
}

/** What to tell a person about a failure. */
export function explain(cause: unknown): string {
  if (cause instanceof Problem) return cause.detail || cause.title || t('error.unknown')
  if (cause instanceof Offline) return t('error.offline')
  return t('error.unknown')
}
