import { byteSize } from '../../shared/bytes'
import { lang, t } from '../../shared/i18n'
import type { Media } from '../../shared/types'

/** The words for kinds of recordings, and for what says something of them. */
export const KIND = { film: 'records.kind.film', sound: 'records.kind.sound', picture: 'records.kind.picture', paper: 'records.kind.paper' } as const
export const CLAIM: Record<string, 'records.claim.path' | 'records.claim.sidecar' | 'records.claim.media'> = { path: 'records.claim.path', sidecar: 'records.claim.sidecar', media: 'records.claim.media' }
/** How a file was made of another. */
export const HOW: Record<string, 'player.how.still' | 'player.how.part' | 'player.how.redacted' | 'player.how.repaired'> = { still: 'player.how.still', part: 'player.how.part', redacted: 'player.how.redacted', repaired: 'player.how.repaired' }
/** A clause that stands alone. */
export const capital = (clause: string): string => clause.replace(/^[a-z]/, (x) => x.toUpperCase())
/** Why something is kept beyond its time. */
export const GROUND = { hold: 'keep.hold.hold', obstruction: 'keep.hold.obstruction', major: 'keep.hold.major', complex: 'keep.hold.complex' } as const
/** Who added a file: an import is nobody. */
export const byWhom = (m: { byName: string; byProgram?: boolean }): string => (m.byProgram ? t('records.program') : m.byName)
/** The name of a pattern of file names, in the language of the page. */
export const makerOf = (c: { maker?: string; makerEn?: string }): string => (lang.value === 'en' && c.makerEn) || c.maker || ''
/** How a film or sound broke off, in a sentence or two; empty: it did not. */
export function broke(m: Media): string {
  const b = m.broken
  if (!b) return ''
  const sizes = { has: byteSize(b.has), wants: byteSize(b.wants ?? 0) }
  return [t(b.wants ? 'player.broken.off' : 'player.broken.short', sizes), t(b.index ? 'player.broken.ends' : 'player.broken.noIndex')].join(' ')
}
