/** The places of the console, in the order of the work; a place that a role cannot use is not shown. */
import { computed } from 'vue'
import type { IconName } from '../parts/Icon.vue'
import { seesCases, seesComplaints } from '../rights'
import type { Key } from '../../shared/i18n'
import { session } from '../../shared/session'

export interface Place { name: string; path: string; icon: IconName; title: Key }

const all: (Place & { seen: () => boolean })[] = [
  { name: 'work', path: '/', icon: 'work', title: 'nav.work', seen: () => true },
  { name: 'complaints', path: '/complaints', icon: 'complaint', title: 'nav.complaints', seen: () => seesComplaints(session.permissions) },
  { name: 'cases', path: '/cases', icon: 'case', title: 'nav.cases', seen: () => seesCases(session.permissions) },
  { name: 'map', path: '/map', icon: 'map', title: 'nav.map', seen: () => seesComplaints(session.permissions) || seesCases(session.permissions) },
  { name: 'law', path: '/law', icon: 'law', title: 'nav.law', seen: () => true },
  { name: 'system', path: '/system', icon: 'system', title: 'nav.system', seen: () => true },
]

export const places = computed<Place[]>(() => all.filter((p) => p.seen()))

/** Whether a path is inside a place. */
export const inside = (path: string, place: Place) => (place.path === '/' ? path === '/' : path === place.path || path.startsWith(`${place.path}/`))
