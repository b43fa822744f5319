/** Words of the screens. Chinese comes with the page; English is fetched when chosen. */
import { ref } from 'vue'
import { carrier } from '../api'
import zhCN from './zh-CN'

export type Key = keyof typeof zhCN
export type Lang = 'zh-CN' | 'en'
export type Words = Record<Key, string>

const words = ref<Words>(zhCN)
export const lang = ref<Lang>('zh-CN')

/** The words of key with {name} filled in. */
export function t(key: Key, params: Record<string, string | number> = {}): string {
  return words.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}

/** The words of a key that data made, or the fallback where there are none. */
export function say(key: string, fallback = key): string {
  return words.value[key as Key] ?? fallback
}

/** Things named one after the other, as the language lists them; heavy where the things have commas of their own. */
export const listed = (things: readonly string[], heavy = false): string => things.join(lang.value === 'en' ? (heavy ? '; ' : ', ') : heavy ? '；' : '、')

/** A name and what it stands for, with the language's colon. */
export const named = (name: string, what: string | number): string => `${name}${lang.value === 'en' ? ': ' : '：'}${what}`

/** Changes the language of the screens, of the server's answers, and remembers it. */
export async function chooseLang(next: Lang): Promise<void> {
  document.cookie = `jiexu_lang=${next}; path=/; max-age=31536000; samesite=lax`
  words.value = next === 'en' ? ((await import('./en')).default as Words) : zhCN
  lang.value = next
  carrier.lang = next
  document.documentElement.lang = next
}

/** The language that was chosen before, else the browser's, else Chinese. */
export function preferredLang(cookie: string, browser: readonly string[]): Lang {
  const chosen = /(?:^|;\s*)jiexu_lang=(zh-CN|en)/.exec(cookie)?.[1]
  if (chosen) return chosen as Lang
  const first = browser.find((l) => /^(zh|en)/i.test(l))
  return first && /^en/i.test(first) ? 'en' : 'zh-CN'
}
