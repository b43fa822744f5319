// Runs the console's stories on Debian's Chromium, in three lanes at once: wide and on a phone, each against a mock
// of its own and the build in dist (npm run build first), and, where JIEXU_BIN names the binary, on the real server.
// CHROMIUM names another browser; a word on the command line chooses stories, "mock" and "real" all of a kind. A
// failure leaves a picture in test-results.
import { chromium } from 'playwright-core'
import { Office, startServer } from './office.mjs'
import { stories as citizen } from './citizen.mjs'
import { stories as desk } from './desk.mjs'
import { stories as open311 } from './open311.mjs'
import { stories as merge } from './merge.mjs'
import { accessible } from './page.mjs'
import { stories as real } from './real.mjs'
import { stories } from './stories.mjs'
import { stories as recordings } from './recordings.mjs'
import { stories as uploads } from './uploads.mjs'

const word = process.argv[2] ?? ''
const wanted = ['mock', 'real'].includes(word) ? '' : word
const start = Date.now()
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--enable-unsafe-swiftshader'],
})
let failed = 0

/** Tells one story of a lane; a failure is said and pictured. */
async function tell(lane, name, story, page) {
  const begin = Date.now()
  try {
    await story()
    console.log(`ok    ${lane}: ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`)
    return true
  } catch (cause) {
    failed++
    console.log(`FAIL  ${lane}: ${name}\n${String(cause.stack ?? cause).split('\n').slice(0, 24).join('\n')}`)
    await page()?.screenshot({ path: `test-results/${lane}-${name.replace(/\W+/g, '-')}.png` }).catch(() => {})
    return false
  }
}
function none(complaints) {
  if (complaints.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
}

/** The console alone, at one width, against the mock: each story gets a fresh page. */
async function mocked(view, width, height) {
  const { server } = await import(`../dev/mock.mjs?${view}`)
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const base = `http://127.0.0.1:${server.address().port}`
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: view === 'phone' })
  context.setDefaultTimeout(20_000)
  await context.addCookies([{ name: 'jiexu_lang', value: 'zh-CN', url: base }])
  const door = await context.newPage()
  await tell(view, 'the door', async () => {
    await door.goto(base)
    await door.locator('[data-demo=officer]').waitFor()
    await accessible(door, 'sign-in')
    const cut = await door.evaluate(() => [...document.querySelectorAll('.roles, .roles ul')].some((e) => e.scrollHeight > e.clientHeight + 1))
    if (cut || (await door.locator('[data-demo]').count()) !== 13) throw new Error('not every login can be seen')
    await door.locator('[data-demo=officer]').click()
    await door.locator('form .btn.primary').click()
    await door.waitForURL(base + '/')
  }, () => door)
  await door.close()
  for (const [name, story] of Object.entries(stories)) {
    if (!name.includes(wanted)) continue
    const page = await context.newPage()
    const requests = []
    const complaints = []
    page.on('request', (r) => r.method() !== 'GET' && requests.push({ url: r.url(), key: r.headers()['idempotency-key'], body: r.postData() }))
    page.on('pageerror', (e) => complaints.push(e.message))
    page.on('console', (m) => /Content Security Policy|\[Vue warn\]/.test(m.text()) && complaints.push(m.text()))
    await tell(view, name, async () => {
      await story({ page, base, wide: view === 'wide', sent: (pattern) => requests.filter((r) => pattern.test(new URL(r.url).pathname)) })
      none(complaints)
    }, () => page)
    await context.addCookies([{ name: 'jiexu_lang', value: 'zh-CN', url: base }])
    await page.close()
  }
  await context.close()
  server.closeAllConnections()
  server.close()
}

/** The stories on the real server. Each stands on the one before: the first failure ends them. */
async function onServer(binary) {
  const complaints = []
  let house
  let office
  try {
    if (!(await tell('real', 'the server starts', async () => { house = await startServer(binary) }, () => null))) return
    office = new Office(browser, house.base, complaints)
    for (const [name, story] of Object.entries({ ...real, ...desk, ...merge, ...open311, ...citizen, ...uploads, ...recordings })) {
      if (!(await tell('real', name, async () => { await story({ office, binary, house, folder: house.folder }); none(complaints) }, () => office.now))) return
    }
  } finally {
    await office?.close()
    await house?.stop()
  }
}

await Promise.all([
  ...(word === 'real' ? [] : [mocked('wide', 1440, 900), mocked('phone', 390, 844)]),
  ...(process.env.JIEXU_BIN && word !== 'mock' && !wanted ? [onServer(process.env.JIEXU_BIN)] : []),
])
await browser.close()
console.log(`${failed ? `${failed} failed` : 'all good'}, ${((Date.now() - start) / 1000).toFixed(0)} s`)
process.exit(failed ? 1 : 0)
