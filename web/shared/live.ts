/** Live updates: the server says that a subject changed, and whoever shows it asks again. */
import { onScopeDispose, ref } from 'vue'

export interface Change {
  subject: string
  kind: string
  unit: string
}

type Listener = (change: Change) => void

/** Whether updates arrive: a page that claims to be live must say when it is not. */
export const connected = ref(false)

const listeners = new Set<Listener>()
let source: EventSource | null = null

/** Opens the stream; the browser reopens it by itself after a break. */
export function connect(): void {
  if (source) return
  source = new EventSource('/api/v1/live')
  source.onopen = () => { connected.value = true }
  source.onerror = () => { connected.value = false }
  source.addEventListener('changed', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Change
    for (const listener of listeners) listener(change)
  })
}

export function disconnect(): void {
  source?.close()
  source = null
  connected.value = false
}

/** Calls back for changes that match, at most twice a second, until the component goes. */
export function useLive(matches: (change: Change) => boolean, changed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const listener: Listener = (change) => {
    if (!matches(change) || timer) return
    timer = setTimeout(() => { timer = undefined; changed() }, 500)
  }
  listeners.add(listener)
  onScopeDispose(() => { listeners.delete(listener); clearTimeout(timer) })
}
