/** Short words about what just happened, at the foot of the page, read out by screen readers. */
import { reactive } from 'vue'

export interface Toast {
  id: number
  text: string
  level: 'done' | 'failed'
}

export const toasts = reactive<Toast[]>([])
let last = 0

export function toast(text: string, level: Toast['level'] = 'done'): void {
  const id = ++last
  toasts.push({ id, text, level })
  setTimeout(() => dismiss(id), level === 'done' ? 4000 : 9000)
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((x) => x.id === id)
  if (at >= 0) toasts.splice(at, 1)
}
