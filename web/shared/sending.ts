/** Sending a file to a matter: a small one at once, a large one in pieces that go on after a break, also in another window. */
import { address, carrier, get, Offline, readProblem, upload } from './api'
import type { Media } from './types'

/** From this size on a file goes in pieces (bytes). */
const LARGE = 4 << 20
/** What one piece holds; as much at most is sent again after a break (bytes). */
const PIECE = 8 << 20

/** Sends a file with its progress (0 to 1); origin is how it was made, where somebody says so. key makes a retry of a small one safe; a large one goes on by itself. */
export async function sendMedia(subject: string, file: File, key: string, progress: (part: number) => void, origin = ''): Promise<Media> {
  const said: Record<string, string> = origin ? { origin } : {}
  if (file.size < LARGE) return upload<Media>(`/media?subject=${encodeURIComponent(subject)}`, file, said, key, progress)
  const { DetailedError, Upload } = await import('tus-js-client')
  const id = await new Promise<string>((resolve, reject) => {
    const sending = new Upload(file, {
      endpoint: address('/uploads'), chunkSize: PIECE, retryDelays: [0, 1000, 3000, 5000, 10_000],
      metadata: { subject, filename: file.name, ...said }, headers: { 'X-CSRF-Token': carrier.csrf, 'Accept-Language': carrier.lang },
      fingerprint: async () => `jiexu ${subject} ${file.name} ${file.size} ${file.lastModified}`, removeFingerprintOnSuccess: true,
      onProgress: (sent, all) => progress(sent / all),
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Jiexu-Media') ?? ''),
      onError: (cause) => {
        const answer = cause instanceof DetailedError ? cause.originalResponse : null
        reject(answer ? readProblem(answer.getStatus(), answer.getBody()) : new Offline())
      },
    })
    void sending.findPreviousUploads().then((before) => {
      if (before[0]) sending.resumeFromPreviousUpload(before[0])
      sending.start()
    })
  })
  const media = (await get<{ items: Media[] | null }>('/media', { subject })).items?.find((m) => m.id === id)
  if (!media) throw new Offline() // it is there; the list could not be read
  return media
}
