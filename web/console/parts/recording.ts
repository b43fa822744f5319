import { t } from '../../shared/i18n'

/** The words for kinds of recordings, and for what says something of them. */
export const KIND = { film: 'records.kind.film', sound: 'records.kind.sound', picture: 'records.kind.picture', paper: 'records.kind.paper' } as const
export const CLAIM: Record<string, 'records.claim.path' | 'records.claim.sidecar' | 'records.claim.media'> = { path: 'records.claim.path', sidecar: 'records.claim.sidecar', media: 'records.claim.media' }
/** How a file was made of another. */
export const HOW: Record<string, 'player.how.still' | 'player.how.part' | 'player.how.redacted'> = { still: 'player.how.still', part: 'player.how.part', redacted: 'player.how.redacted' }
/** A clause that stands alone. */
export const capital = (clause: string): string => clause.replace(/^[a-z]/, (x) => x.toUpperCase())
/** Who added a file: a person's name, or in words that a program took it in. */
export const author = (name: string): string => (['import', 'evidence'].includes(name) ? t('records.program') : name)
/** Why something is kept beyond its time. */
export const GROUND = { hold: 'keep.hold.hold', obstruction: 'keep.hold.obstruction', major: 'keep.hold.major', complex: 'keep.hold.complex' } as const
