// The enforcement record on the real server, as the issue asks for it: films from a docking station, laid along the day, tied, cut, made
// unrecognizable in part, exported for a court, checked by program and by page, and a changed byte that both name.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { accessible, fits, settled, walk } from './page.mjs'

const run = promisify(execFile)

/** A film of body camera as long as asked, one whole picture a second, with a tone. */
const film = (path, seconds, tone) => run('ffmpeg', ['-nostdin', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=12:duration=${seconds}`, '-f', 'lavfi', '-i', `sine=frequency=${tone}:duration=${seconds}`,
  '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '12', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-y', path])
/** Beijing's time as names of recordings have it. */
const stamp = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '')

export const stories = {
  async 'films of a docking station: the day, a tie, the minute, a face, a court, and one changed byte'({ office, binary, house }) {
    const officer = await office.as('officer.jas1')
    const me = await officer.evaluate(async () => (await (await fetch('/api/v1/session')).json()).person)
    // The newest step that he took, on whichever day, is what the films show.
    const step = await officer.evaluate(async ([person]) => {
      for (let back = 0; back < 60; back++) {
        const date = new Date(Date.now() + 8 * 3_600_000 - back * 86_400_000).toISOString().slice(0, 10)
        const day = await (await fetch(`/api/v1/recordings/day?person=${person}&date=${date}`)).json()
        const mine = (day.steps ?? []).filter((s) => s.system === 'case')
        if (mine.length) return { date, ...mine.at(-1) }
      }
    }, [me.id])
    assert.ok(step, 'the officer took no step of a case')
    const dock = join(house.folder, 'dock')
    await mkdir(dock, { recursive: true })
    const began = Date.parse(step.at) - 20_000
    const name = `DSJ0012_093101060029_${stamp(began)}_0001.mp4`
    await film(join(dock, name), 60, 440)
    await film(join(dock, `DSJ0077_093101060029_${stamp(began + 5000)}_0001.mp4`), 40, 600)
    await writeFile(join(dock, 'broken.mp4'), 'this is no film')
    const imported = await run(binary, ['import', 'media', dock, '--db', `sqlite:${join(house.folder, 'jiexu.db')}`]).catch((e) => e)
    assert.match(`${imported.stdout}`, /2/)
    assert.match(`${imported.stderr}`, /broken\.mp4/)

    // Along his day, proposed for the step, and tied to it.
    await walk(officer, `/recordings?date=${step.date}`)
    const row = officer.locator(`[data-recording="${name}"]`)
    await row.waitFor()
    await row.locator('[data-tie]').first().click()
    await row.getByText('已关联').first().waitFor()
    await settled(officer)
    await accessible(officer, 'recordings')

    // His leader cuts the minute out and makes a face unrecognizable.
    const leader = await office.as('leader.jas')
    const id = await leader.evaluate(async ([wanted]) => (await (await fetch('/api/v1/recordings')).json()).items.find((r) => r.name === wanted).id, [name])
    await walk(leader, `/media/${id}`)
    await leader.locator('[data-player] video').first().waitFor()
    await leader.waitForFunction(() => document.querySelector('[data-player] video').duration > 59)
    const seek = (s) => leader.evaluate((at) => new Promise((done) => { const v = document.querySelector('[data-player] video'); v.addEventListener('seeked', () => setTimeout(done, 60), { once: true }); v.currentTime = at }), s)
    await seek(10)
    await leader.click('[data-in]')
    await seek(40)
    await leader.click('[data-out]')
    await leader.click('[data-mark]')
    await leader.fill('[data-reason]', '当事人签收')
    await leader.click('[data-go]')
    await leader.locator('.marks').getByText('当事人签收').waitFor()
    await leader.click('[data-part]')
    await leader.fill('[data-reason]', '扣押经过')
    await leader.click('[data-go]')
    await leader.click('[data-redact]')
    const board = await leader.locator('[data-board]').boundingBox()
    const drag = async (x1, y1, x2, y2) => {
      await leader.mouse.move(board.x + board.width * x1, board.y + board.height * y1)
      await leader.mouse.down()
      await leader.mouse.move(board.x + board.width * x2, board.y + board.height * y2, { steps: 3 })
      await leader.mouse.up()
    }
    await drag(0.2, 0.2, 0.4, 0.5)
    await leader.click('[data-mute]')
    await leader.fill('[data-reason]', '隐去路人')
    await leader.click('[data-go]')
    await leader.waitForFunction(() => document.querySelectorAll('[data-derived] a').length >= 2, undefined, { timeout: 120_000 })
    await settled(leader)
    await accessible(leader, 'a recording')
    await fits(leader, 'a recording')

    // Exported with all that was made of it.
    await leader.click('.page-head [data-export]')
    await leader.locator(`input[data-media="${name}"]`).waitFor()
    for (const box of await leader.locator('fieldset input[type=checkbox]').all()) await box.check()
    await leader.fill('[data-recipient]', '静安区人民法院')
    await settled(leader)
    await accessible(leader, 'exports')
    await fits(leader, 'exports')
    await leader.click('[data-go]')
    const taking = leader.locator('[data-file]').first()
    await taking.waitFor({ timeout: 120_000 })
    const [download] = await Promise.all([leader.waitForEvent('download'), taking.click()])
    const zip = join(house.folder, 'export.zip')
    await download.saveAs(zip)

    // Checked by the program, by the page of the server, and by the page on a disk.
    const said = await run(binary, ['verify', zip])
    assert.match(said.stdout, /静安区人民法院/)
    const content = await readFile(zip)
    const changed = join(house.folder, 'changed.zip')
    const other = Buffer.from(content)
    other[content.indexOf('mdat') + 5000] ^= 1
    await writeFile(changed, other)
    const bad = await run(binary, ['verify', changed]).catch((e) => e)
    assert.equal(bad.code, 1)
    assert.ok(bad.stdout.includes(`001-${name}`), bad.stdout)
    const disk = join(house.folder, 'check.html')
    await writeFile(disk, await (await fetch(`${house.base}/verify`)).text())
    for (const where of [`${house.base}/verify`, pathToFileURL(disk).href]) {
      await leader.goto(where)
      await leader.setInputFiles('#file', zip)
      await leader.locator('[data-verdict=untrusted]').waitFor({ timeout: 60_000 })
      await leader.setInputFiles('#file', changed)
      await leader.locator('[data-verdict=changed]').waitFor({ timeout: 60_000 })
      assert.ok((await leader.locator('#result').innerText()).includes(`001-${name}`))
    }
    await accessible(leader, 'the checking page')
    await leader.goto(house.base)
  },
}
