import { expect, it } from 'vitest'
import { citeText } from './cite'

it.each([
  ['AP 60', 'zh-CN', '处罚法 60条'],
  ['AP 64(1)', 'zh-CN', '处罚法 64条1款'],
  ['SH 18(2.3)', 'zh-CN', '上海城管条例 18条2款3项'],
  ['AP 64(1)', 'en', 'Penalty Law art. 64(1)'],
  ['SR 20(1.4)', 'en', 'Shanghai Roads Reg. art. 20(1.4)'],
  ['ZZ 9', 'zh-CN', 'ZZ 9条'],
  ['not a citation', 'zh-CN', 'not a citation'],
])('%s in %s is %s', (cite, lang, want) => expect(citeText(cite, lang)).toBe(want))
