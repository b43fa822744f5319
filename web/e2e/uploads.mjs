// Large files on the real server: by the page, and by a client of the protocol as it comes from npm, through a killed server.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Upload } from 'tus-js-client'
import { walk } from './page.mjs'

/** A film of about n bytes, no two of which repeat each other. */
function film(n, seed) {
  const box = (kind, body) => { const b = Buffer.alloc(8 + body.length); b.writeUInt32BE(b.length); b.write(kind, 4); body.copy(b, 8); return b }
  const noise = Buffer.alloc(n)
  for (let i = 0, x = seed; i < n; i += 4) { x = (x * 1103515245 + 12345) >>> 0; noise.writeUInt32LE(x, Math.min(i, n - 4)) }
  return Buffer.concat([box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1')), box('moov', Buffer.from('x')), box('mdat', noise)])
}

export const stories = {
  async 'a film goes in pieces from the page, and by another client through a killed server'({ office, house }) {
    const page = await office.as('officer.jas1')
    const found = await page.evaluate(async () => (await (await fetch('/api/v1/complaints?limit=50')).json()).items.find((c) => ['assigned', 'accepted', 'handled'].includes(c.state)))
    await walk(page, `/complaints/${found.id}`)
    await page.locator('#s-media input[type=file]').first().setInputFiles({ name: '现场录像.mp4', mimeType: 'video/mp4', buffer: film(9 << 20, 7) })
    await page.locator('#s-media li:not(.sending)', { hasText: '现场录像.mp4' }).waitFor()

    const content = film(40 << 20, 11)
    const path = join(house.folder, 'camera.mp4')
    await writeFile(path, content)
    const { csrf } = await page.evaluate(async () => (await fetch('/api/v1/session')).json())
    const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ')
    let killing
    const media = await new Promise((resolve, reject) => {
      new Upload(createReadStream(path), {
        endpoint: `${house.base}/api/v1/uploads`, uploadSize: content.length, chunkSize: 4 << 20, retryDelays: Array(80).fill(500),
        headers: { Cookie: cookie, 'X-CSRF-Token': csrf }, metadata: { subject: `complaint:${found.id}`, filename: '执法记录仪.mp4' },
        onProgress: (sent) => { if (sent > 18 << 20 && !killing) killing = house.killed() },
        onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Jiexu-Media')), onError: reject,
      }).start()
    })
    assert.ok(killing, 'the server was not killed on the way')
    await killing
    const answer = await fetch(`${house.base}/api/v1/media/${media}`, { headers: { Cookie: cookie, 'Sec-Fetch-Dest': 'video' } })
    const sum = (b) => createHash('sha256').update(b).digest('hex')
    assert.equal(sum(Buffer.from(await answer.arrayBuffer())), sum(content))
  },
}
