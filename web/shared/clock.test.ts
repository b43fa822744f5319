import { describe, expect, it } from 'vitest'
import { civil, day, dueText, hour, hoursLeft, moment } from './clock'
import type { Clock } from './types'

const clock = (more: Partial<Clock>): Clock => ({ code: 'reply', title: '办结', due: '2024-02-22T16:00:00Z', dueDate: '2024-02-22', unit: 'working_days', left: 3, leftText: '剩 3 个工作日', level: 'ok', cites: [], counting: [], provisional: false, ...more })
const now = new Date('2024-02-19T02:00:00Z') // Monday, ten in the morning in Shanghai

describe('due text', () => {
  it.each([
    ['within a week names the weekday', {}, 'zh-CN', '周四 24:00'],
    ['in English', {}, 'en', 'Thu 24:00'],
    ['today', { dueDate: '2024-02-19' }, 'zh-CN', '周一 24:00'],
    ['a week away names the date', { dueDate: '2024-02-26' }, 'zh-CN', '2月26日 24:00'],
    ['the past names the date', { dueDate: '2024-02-16' }, 'zh-CN', '2月16日 24:00'],
    ['another year names the year', { dueDate: '2025-01-03' }, 'zh-CN', '2025年1月3日 24:00'],
    ['hours end at their minute', { unit: 'hours' as const, due: '2024-02-19T04:30:00Z', dueDate: '2024-02-19' }, 'zh-CN', '周一 12:30'],
  ])('%s', (_, more, lang, want) => {
    expect(dueText(clock(more), now, lang)).toBe(want)
  })
})

describe('moments', () => {
  it('are Shanghai time whatever the machine says', () => {
    expect(civil('2024-02-18T16:30:00Z')).toBe('2024-02-19')
    expect(hour('2024-02-18T16:30:00Z')).toBe('00:30')
  })
  it.each([
    ['2024-02-19T01:05:00Z', 'zh-CN', '今天 09:05'],
    ['2024-02-18T01:05:00Z', 'zh-CN', '02-18 09:05'],
    ['2024-02-18T01:05:00Z', 'en', '18 Feb 09:05'],
    ['2023-12-31T01:05:00Z', 'en', '2023-12-31'],
  ])('%s in %s is %s', (at, lang, want) => expect(moment(at, now, lang)).toBe(want))
  it('days are said in each language', () => {
    expect(day('2024-02-22', now, 'en')).toBe('22 Feb')
    expect(day('2023-02-22', now, 'en')).toBe('22 Feb 2023')
  })
})

describe('hours that are left', () => {
  it.each([
    ['what is not whole is no hour', '2024-02-19T07:59:00Z', 'ok', { over: false, hours: 5, minutes: 0 }],
    ['below three hours minutes are said', '2024-02-19T03:40:30Z', 'amber', { over: false, hours: 1, minutes: 40 }],
    ['the last minute', '2024-02-19T02:00:30Z', 'amber', { over: false, hours: 0, minutes: 0 }],
    ['over while the page was open', '2024-02-19T01:55:00Z', 'amber', { over: true, hours: 0, minutes: 5 }],
    ['long over', '2024-02-18T20:30:00Z', 'red', { over: true, hours: 5, minutes: 0 }],
    ['what only must pass is not late', '2024-02-19T01:55:00Z', 'ok', null],
    ['what was met counts no more', '2024-02-19T03:40:00Z', 'met', null],
  ])('%s', (_, due, level, want) => {
    expect(hoursLeft(clock({ unit: 'hours', due, level: level as Clock['level'] }), now)).toEqual(want)
  })
  it('days are the server\'s to count', () => expect(hoursLeft(clock({}), now)).toBeNull())
})
