/** The places of the console, in the order of the work; a place that a role cannot use is not shown. */
import { computed } from 'vue'
import type { IconName } from '../parts/Icon.vue'
import { rights } from '../rights'
import type { Key } from '../../shared/i18n'

/** more: paths of pages that belong to the place and do not begin with its own. */
export interface Place { name: string; path: string; more?: readonly string[]; icon: IconName; title: Key }

const all: (Place & { seen: () => boolean })[] = [
  { name: 'work', path: '/', icon: 'work', title: 'nav.work', seen: rights.work },
  { name: 'complaints', path: '/complaints', icon: 'complaint', title: 'nav.complaints', seen: rights.complaints },
  { name: 'intake', path: '/intake', icon: 'alert', title: 'nav.intake', seen: rights.intakeOffice },
  { name: 'cases', path: '/cases', icon: 'case', title: 'nav.cases', seen: rights.cases },
  { name: 'deadlines', path: '/deadlines', icon: 'clock', title: 'nav.deadlines', seen: rights.work },
  { name: 'records', path: '/recordings', more: ['/media', '/exports'], icon: 'camera', title: 'nav.records', seen: rights.records },
  { name: 'payments', path: '/payments', icon: 'paper', title: 'nav.payments', seen: rights.payments },
  { name: 'map', path: '/map', icon: 'map', title: 'nav.map', seen: rights.map },
  { name: 'law', path: '/law', icon: 'law', title: 'nav.law', seen: rights.law },
  { name: 'system', path: '/system', icon: 'system', title: 'nav.system', seen: () => true },
]

export const places = computed<Place[]>(() => all.filter((p) => p.seen()))

/** Whether a path is inside a place. */
export const inside = (path: string, place: Place) => (place.path === '/' ? path === '/' : [place.path, ...(place.more ?? [])].some((p) => path === p || path.startsWith(`${p}/`)))
