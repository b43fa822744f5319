/** The words for kinds of recordings, and for what says something of them. */
export const KIND = { film: 'records.kind.film', sound: 'records.kind.sound', picture: 'records.kind.picture' } as const
export const CLAIM: Record<string, 'records.claim.path' | 'records.claim.sidecar' | 'records.claim.media'> = { path: 'records.claim.path', sidecar: 'records.claim.sidecar', media: 'records.claim.media' }
