/** Files that are chosen before the matter that they belong to exists: they are kept here and sent when it does. */
import { onBeforeUnmount, reactive } from 'vue'
import { explain } from './asking'
import { newKey } from '../../shared/api'
import { sendMedia } from '../../shared/sending'

export interface Attached { key: string; file: File; preview: string; part: number; error: string; sent: boolean }

/** What the evidence room takes in. */
export const ACCEPTED = 'image/jpeg,image/png,image/webp,application/pdf,video/mp4'

export function useAttach() {
  const files = reactive<Attached[]>([])
  function add(list: FileList | null | undefined): void {
    for (const file of Array.from(list ?? [])) files.push({ key: newKey(), file, preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : '', part: 0, error: '', sent: false })
  }
  function drop(one: Attached): void {
    if (one.preview) URL.revokeObjectURL(one.preview)
    files.splice(files.indexOf(one), 1)
  }
  const clear = () => { for (const one of [...files]) drop(one) }
  /** Sends what has not been sent, one after the other; returns how many could not be. Asked again, it goes on with those. */
  async function send(subject: string): Promise<number> {
    for (const one of files.filter((f) => !f.sent)) {
      one.error = ''
      try {
        await sendMedia(subject, one.file, one.key, (p) => { one.part = p })
        one.sent = true
      } catch (cause) { one.error = explain(cause) }
    }
    return files.filter((f) => !f.sent).length
  }
  onBeforeUnmount(clear)
  return { files, add, drop, clear, send }
}
