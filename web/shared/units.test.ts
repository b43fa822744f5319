import { expect, test } from 'vitest'
import { shortUnit } from './units'

test.each([
  ['天目西路街道综合行政执法队', '天目西路街道'],
  ['彭浦镇综合行政执法队', '彭浦镇'],
  ['法制科', '法制科'],
  ['中队', '中队'],
  ['', ''],
])('%s is said as %s', (name, short) => expect(shortUnit(name)).toBe(short))
