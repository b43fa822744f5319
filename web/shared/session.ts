/** Who is signed in, in which units, and what he may do. */
import { computed, reactive } from 'vue'
import { call, carrier, get, newKey, post, Problem } from './api'
import { chooseLang } from './i18n'
import { connect, disconnect } from './live'
import type { DemoLogin, Named, SessionAnswer } from './types'

interface Session {
  known: boolean
  person: SessionAnswer['person']
  units: Named[]
  roles: string[]
  roleCodes: string[]
  permissions: Set<string>
  mustChangePassword: boolean
  demo: boolean
  demoLogins: DemoLogin[]
  unit: string
}

export const session = reactive<Session>({
  known: false, person: null, units: [], roles: [], roleCodes: [], permissions: new Set(), mustChangePassword: false,
  demo: false, demoLogins: [], unit: localStorage.getItem('jiexu.unit') ?? '',
})

/** The unit chosen in the top bar, where the person has more than one; empty means all of his. */
export const scope = computed(() => (session.units.some((u) => u.id === session.unit) ? session.unit : ''))

export function chooseUnit(id: string): void {
  session.unit = id
  localStorage.setItem('jiexu.unit', id)
}

function take(answer: SessionAnswer): void {
  carrier.csrf = answer.csrf ?? ''
  session.person = answer.person?.id ? answer.person : null
  session.units = answer.units ?? []
  session.roles = (answer.roles ?? []).map((r) => r.title)
  session.roleCodes = (answer.roles ?? []).map((r) => r.code)
  session.permissions = new Set(answer.permissions ?? [])
  session.mustChangePassword = answer.mustChangePassword ?? false
  session.demo = answer.demo ?? false
  session.demoLogins = answer.demoLogins ?? []
  session.known = true
  if (session.person && !session.mustChangePassword) connect()
}

/** Asks who is signed in; nobody is a fine answer. */
export async function refreshSession(): Promise<void> {
  try {
    take(await get<SessionAnswer>('/session'))
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.status !== 401) throw cause
    take({ person: null, csrf: '', demo: false, lang: carrier.lang })
  }
}

/** The server knows nobody here any more: the session was ended or has run out. */
export function forgetSession(): void {
  disconnect()
  session.person = null
  session.known = false
}

export async function signIn(login: string, password: string): Promise<void> {
  await post<unknown>('/session', { login, password }, { key: newKey() })
  await refreshSession()
}

export async function signOut(): Promise<void> {
  disconnect()
  await call<void>('DELETE', '/session')
  await refreshSession()
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await post<unknown>('/session/password', { old, new: fresh }, { key: newKey() })
  await refreshSession()
}

/** Whether the person has any of the rights. */
export const may = (...rights: string[]) => rights.some((r) => session.permissions.has(r))

export { chooseLang }
