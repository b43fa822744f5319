/** What is left of clocks while a page stays open. */
import { ref } from 'vue'
import { hoursLeft } from '../../shared/clock'
import { t } from '../../shared/i18n'
import type { Clock } from '../../shared/types'

/** The moment, to the half minute. */
export const minute = ref(new Date())
setInterval(() => { minute.value = new Date() }, 30_000)

const SAID = {
  left: { hours: 'clock.left.hours', both: 'clock.left.both', minutes: 'clock.left.minutes' },
  over: { hours: 'clock.over.hours', both: 'clock.over.both', minutes: 'clock.over.minutes' },
} as const

/** What is left as it stands now: hours run down on an open page, so that it never promises time that has gone. */
export function leftNow(clock: Clock): { text: string; level: string } {
  const left = hoursLeft(clock, minute.value)
  if (!left) return { text: clock.leftText, level: clock.level }
  const unit = left.hours >= 3 ? 'hours' : left.hours ? 'both' : 'minutes'
  return { text: t(SAID[left.over ? 'over' : 'left'][unit], { n: left.hours, h: left.hours, m: left.minutes }), level: left.over ? 'red' : clock.level }
}
