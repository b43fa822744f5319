// What the stories ask of any page.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** Fails on anything that axe-core calls serious or critical; colours of the map's canvas are not its business. A colour that is on its way to another is none. */
export async function accessible(page, name) {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))) // what was just typed is drawn, and its transitions have begun
  await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity))
  if (!(await page.evaluate(() => !!window.axe))) await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: [['.maplibregl-map canvas']] }, { resultTypes: ['violations'] }))
  const bad = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')}`), [], name)
}

/** Fails where the page must be moved sideways to be read. */
export async function fits(page, name) {
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`)
}

/** Waits until a page has come to rest: its content is there, nothing loads or moves, and its map is drawn or waits. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('[data-left], .skeleton, [aria-busy=true], [data-map=drawing]')
    && document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity))
}

/** Goes to a path inside the open console, as the Back button would, without starting it anew; a page in place is fetched again. */
export async function walk(page, path) {
  const step = (to) => page.evaluate((path) => {
    document.querySelector('main').firstElementChild.dataset.left = ''
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
  }, to)
  const here = new URL(page.url())
  if (here.pathname === new URL(path, here).pathname) {
    await step('/more')
    await page.locator('[data-more]').waitFor() // a page that was still loading may lose its mark by itself
  }
  await step(path)
  await page.locator('[data-left]').waitFor({ state: 'detached' })
}

/** The button of a step in the panel of a matter; what is seldom taken waits behind a word. */
export async function offered(page, step) {
  await page.locator(`[data-step=${step}]`).first().waitFor({ state: 'attached' })
  const rare = page.locator('details.rare:not([open])', { has: page.locator(`[data-step=${step}]`) })
  if (await rare.count()) await rare.locator('summary').click()
  return page.locator(`[data-step=${step}]:visible`).first()
}
