// Runs the console's stories on Debian's Chromium: wide and on a phone against the mock and the build in dist
// (npm run build first), and, where JIEXU_BIN names the binary, on the real server. CHROMIUM names another
// browser; a word on the command line chooses stories, "mock" and "real" all of a kind. A failure leaves a
// picture in test-results.
import { chromium } from 'playwright-core'
import { server } from '../dev/mock.mjs'
import { Office, startServer } from './office.mjs'
import { stories as real } from './real.mjs'
import { accessible, stories } from './stories.mjs'

await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const base = `http://127.0.0.1:${server.address().port}`
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--enable-unsafe-swiftshader'],
})
const word = process.argv[2] ?? ''
const wanted = ['mock', 'real'].includes(word) ? '' : word
let failed = 0

for (const [view, width, height] of word === 'real' ? [] : [['wide', 1440, 900], ['phone', 390, 844]]) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', hasTouch: view === 'phone' })
  context.setDefaultTimeout(8000)
  await context.addInitScript(() => { if (!document.cookie.includes('jiexu_lang')) document.cookie = 'jiexu_lang=zh-CN; path=/' })
  const door = await context.newPage()
  await door.goto(base)
  await door.locator('[data-demo=officer]').waitFor()
  await accessible(door, 'sign-in')
  await door.locator('[data-demo=officer]').click()
  await door.locator('form .btn.primary').click()
  await door.waitForURL(base + '/')
  await door.close()
  for (const [name, story] of Object.entries(stories)) {
    if (!name.includes(wanted)) continue
    const page = await context.newPage()
    const requests = []
    const complaints = []
    page.on('request', (r) => r.method() !== 'GET' && requests.push({ url: r.url(), key: r.headers()['idempotency-key'], body: r.postData() }))
    page.on('pageerror', (e) => complaints.push(e.message))
    page.on('console', (m) => /Content Security Policy|\[Vue warn\]/.test(m.text()) && complaints.push(m.text()))
    try {
      await story({ page, base, wide: view === 'wide', sent: (pattern) => requests.filter((r) => pattern.test(new URL(r.url).pathname)) })
      if (complaints.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
      console.log(`ok    ${view}: ${name}`)
    } catch (cause) {
      failed++
      console.log(`FAIL  ${view}: ${name}\n${String(cause.message ?? cause).split('\n').slice(0, 14).join('\n')}`)
      await page.screenshot({ path: `test-results/${view}-${name.replace(/\W+/g, '-')}.png` })
    }
    await context.addCookies([{ name: 'jiexu_lang', value: 'zh-CN', url: base }])
    await page.close()
  }
  await fetch(`${base}/api/v1/session`, { method: 'DELETE' })
  await context.close()
}

// Each story stands on the one before: the first failure ends them.
if (process.env.JIEXU_BIN && word !== 'mock' && (word === 'real' || !wanted)) {
  const complaints = []
  let house
  let office
  let telling = 'the server starts'
  try {
    house = await startServer(process.env.JIEXU_BIN)
    office = new Office(browser, house.base, complaints)
    for (const [name, story] of Object.entries(real)) {
      telling = name
      const begin = Date.now()
      await story({ office, binary: process.env.JIEXU_BIN, folder: house.folder })
      if (complaints.length) throw new Error(`the page complained: ${complaints.join('; ')}`)
      console.log(`ok    real: ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`)
    }
  } catch (cause) {
    failed++
    console.log(`FAIL  real: ${telling}\n${String(cause.stack ?? cause).split('\n').slice(0, 24).join('\n')}`)
    await office?.now?.screenshot({ path: `test-results/real-${telling.replace(/\W+/g, '-')}.png` }).catch(() => {})
  } finally {
    await office?.close()
    await house?.stop()
  }
}
await browser.close()
server.closeAllConnections()
server.close()
process.exit(failed ? 1 : 0)
