// The real server for the stories, with its people: started on a free port with a demonstration of its own
// in a temporary folder, and ended with everything that was opened.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offered, walk } from './page.mjs'

const PASSWORD = 'jiexu-demo-2026'

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Starts the binary and waits until it answers. It can be killed and started again on what it left. */
export async function startServer(binary) {
  const folder = await mkdtemp(join(tmpdir(), 'jiexu-e2e-'))
  const port = await freePort()
  let child
  let ended
  async function start() {
    child = spawn(binary, ['demo', '--db', `sqlite:${join(folder, 'jiexu.db')}`, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    ended = new Promise((resolve) => child.once('exit', resolve))
    const serving = new Promise((resolve, reject) => {
      const hear = (chunk) => { said += chunk; if (said.includes(`:${port}`)) resolve() }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
    })
    await Promise.race([serving, new Promise((_, reject) => setTimeout(() => reject(new Error(`the server did not start in 60 s: ${said}`)), 60_000).unref())])
  }
  async function end(signal) {
    child.kill(signal)
    await ended
  }
  const stop = async () => {
    await end('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (cause) {
    await stop()
    throw cause
  }
  return { base: `http://127.0.0.1:${port}`, folder, stop, killed: async () => { await end('SIGKILL'); await start() } }
}

/** The people of an office, each in a browser of his own; who is asked for first signs in through the page. */
export class Office {
  constructor(browser, base, complaints) {
    Object.assign(this, { browser, base, complaints, pages: new Map(), contexts: [], now: null })
  }

  async open(width = 1440, height = 900) {
    const context = await this.browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', acceptDownloads: true })
    this.contexts.push(context)
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    page.on('pageerror', (e) => this.complaints.push(e.message))
    page.on('console', (m) => /Content Security Policy|\[Vue warn\]/.test(m.text()) && this.complaints.push(m.text()))
    page.on('response', (r) => r.status() >= 500 && this.complaints.push(`${r.status()} ${r.url()}`))
    this.now = page
    return page
  }

  /** The page of a person. */
  async as(login) {
    if (!this.pages.has(login)) {
      const page = await this.open()
      await page.goto(this.base)
      await page.fill('#login', login)
      await page.fill('#password', PASSWORD)
      await page.click('form .btn.primary')
      await page.locator('[data-menu=me]').waitFor() // what opens first differs by role
      this.pages.set(login, page)
    }
    return (this.now = this.pages.get(login))
  }

  /** Opens a matter as somebody, takes one step in its form, and waits until the page says that it is done. */
  async take(login, path, step, values = {}) {
    const page = await this.as(login)
    await walk(page, path)
    await (await offered(page, step)).click()
    const drawer = page.getByRole('dialog').and(page.locator('.el-drawer')) // a date's calendar that fades away is a dialog too
    await fill(drawer, values)
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await page.locator('.toast.done', { hasText: '已办' }).first().waitFor()
    await drawer.waitFor({ state: 'hidden' })
    return page
  }

  async close() {
    for (const context of this.contexts) await context.close()
  }
}

/** Fills the blanks of a form by their names, each as a person would. */
export async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const box = form.locator(`.field[data-name=${name}]`)
    const select = box.locator('.el-select')
    if (await box.locator('input[type=radio]').count()) await box.locator(`input[value=${value}]`).check()
    else if (await select.count()) {
      for (const text of [value].flat()) {
        await select.click()
        await form.page().locator('.el-select-dropdown__item:visible', { hasText: text }).first().click()
      }
      await form.page().keyboard.press('Tab')
    } else {
      await box.locator('input, textarea').first().fill(String(value))
      if (await box.locator('.el-date-editor').count()) await form.page().keyboard.press('Enter')
    }
  }
}
