/** The one card that shows how a clock was counted, placed by whichever pill is pointed at or focused. */
import { shallowRef } from 'vue'
import type { Clock } from '../../shared/types'

export const clockCard = shallowRef<{ clock: Clock; at: DOMRect } | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

export function showClock(clock: Clock, element: HTMLElement): void {
  clearTimeout(timer)
  timer = setTimeout(() => { clockCard.value = { clock, at: element.getBoundingClientRect() } }, 100)
}

/** Hides the card a little later, so that the pointer can reach it. */
export function leaveClock(): void {
  clearTimeout(timer)
  timer = setTimeout(() => { clockCard.value = null }, 160)
}

export const keepClock = () => clearTimeout(timer)
