import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import en from './en'
import { preferredLang } from './index'
import zhCN from './zh-CN'

const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

describe('words of the screens', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort())
  })
  it('fill in the same names', () => {
    for (const [key, text] of Object.entries(zhCN)) expect(names(en[key as keyof typeof en]), key).toEqual(names(text))
  })
  it('are Chinese in the one and not in the other', () => {
    for (const [key, text] of Object.entries(en)) expect(text, key).not.toMatch(/[\u4e00-\u9fff]/)
  })
  it('exist for every key that a component names', () => {
    const files = readdirSync('console', { recursive: true, encoding: 'utf8' }).filter((f) => /\.(vue|ts)$/.test(f))
    expect(files.length).toBeGreaterThan(40)
    for (const file of files) {
      for (const [, key] of readFileSync(`console/${file}`, 'utf8').matchAll(/\bt\('([\w.]+)'/g)) expect(zhCN, `${file}: ${key}`).toHaveProperty([key])
    }
  })
  it('are all used', () => {
    const code = ['console', 'shared'].flatMap((dir) => readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter((f) => /\.(vue|ts)$/.test(f) && !f.includes('i18n')).map((f) => readFileSync(`${dir}/${f}`, 'utf8'))).join('\n')
    const made = /^(served|effect|tierName|tiers\.flaw|ripe|payments|work|why|job|evidence|party|map|system|law|law\.card|password|people|formula|unit|jobKind|endpoints|deliveries|gateways|intake|rates\.by|rules\.to|rules\.state|models|reading\.by|hot|topics|templates\.outcome|money\.(?:why|plan|part))\./ // put together from a code
    expect(Object.keys(zhCN).filter((key) => !made.test(key) && !code.includes(`'${key}'`))).toEqual([])
  })
})

describe('preferred language', () => {
  it.each([
    ['', ['zh-CN'], 'zh-CN'],
    ['', ['en-GB', 'zh-CN'], 'en'],
    ['', ['fr-FR', 'en'], 'en'],
    ['', ['fr-FR'], 'zh-CN'],
    ['a=b; jiexu_lang=en', ['zh-CN'], 'en'],
    ['jiexu_lang=xx', ['zh-CN'], 'zh-CN'],
  ])('of cookie %j and browser %j is %s', (cookie, browser, want) => {
    expect(preferredLang(cookie, browser)).toBe(want)
  })
})
