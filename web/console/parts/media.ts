/** The media of a matter, which the evidence room keeps apart from the matter itself. */
import { useAsking, type Asking } from './asking'
import { get } from '../../shared/api'
import { may } from '../../shared/session'
import type { Media } from '../../shared/types'

export function useMedia(subject: () => string): Asking<Media[]> {
  return useAsking(async (signal) => (!may('evidence.read') ? [] : (await get<{ items: Media[] | null }>('/media', { subject: subject() }, signal)).items ?? []))
}
