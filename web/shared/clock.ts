/** How a legal period and a moment are said in the office's own words, always in Shanghai time. */
import type { Clock } from './types'

const SHANGHAI = 'Asia/Shanghai'

const weekdays: Record<string, string[]> = {
  'zh-CN': ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}

/** The civil date in Shanghai of a moment, as 2006-01-02. */
export function civil(at: Date | string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: SHANGHAI, dateStyle: 'short' }).format(new Date(at))
}

/** Hours and minutes in Shanghai of a moment. */
export function hour(at: Date | string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: SHANGHAI, hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}

const dayNumber = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000

/** The weekday's name of a civil date. */
export function weekday(date: string, lang: string): string {
  return (weekdays[lang] ?? weekdays.en)[new Date(`${date}T00:00:00Z`).getUTCDay()]
}

/** Month and day, with the year where it is not now's: 11月23日, 2024年2月8日, Nov 23. */
export function day(date: string, now: Date, lang: string): string {
  const [y, m, d] = date.split('-').map(Number)
  const same = civil(now).startsWith(date.slice(0, 4))
  if (lang === 'zh-CN') return `${same ? '' : `${y}年`}${m}月${d}日`
  const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))
  return same ? `${d} ${month}` : `${d} ${month} ${y}`
}

/**
 * When a clock's time is up: within a week the weekday, else the date. A period of days ends at 24:00 of
 * its last day; one of hours at its minute.
 */
export function dueText(clock: Clock, now: Date, lang: string): string {
  const distance = dayNumber(clock.dueDate) - dayNumber(civil(now))
  const when = distance >= 0 && distance < 7 ? weekday(clock.dueDate, lang) : day(clock.dueDate, now, lang)
  return `${when} ${clock.unit === 'hours' ? hour(clock.due) : '24:00'}`
}

/** What is left of a period of hours, to the minute near its end, as the server counts it (term/view.go); null of others, whose text the server says. */
export function hoursLeft(clock: Clock, now: Date): { over: boolean; hours: number; minutes: number } | null {
  if (clock.unit !== 'hours' || !['ok', 'amber', 'red'].includes(clock.level)) return null
  const rest = Date.parse(clock.due) - now.getTime()
  if (rest <= 0 && clock.level === 'ok') return null // it may be time that somebody waits for: the server says what its end means
  const minutes = Math.floor(Math.abs(rest) / 60_000)
  return { over: rest <= 0, hours: Math.floor(minutes / 60), minutes: minutes >= 180 ? 0 : minutes % 60 }
}

/** A moment as a list shows it: today the hour, this year month and day, else the whole date. */
export function moment(at: string, now: Date, lang: string): string {
  const date = civil(at)
  if (date === civil(now)) return `${lang === 'zh-CN' ? '今天' : 'Today'} ${hour(at)}`
  if (date.slice(0, 4) === civil(now).slice(0, 4)) return `${lang === 'zh-CN' ? date.slice(5) : day(date, now, lang)} ${hour(at)}`
  return date
}

/** A moment in full. */
export function exact(at: string): string {
  return `${civil(at)} ${hour(at)}`
}
