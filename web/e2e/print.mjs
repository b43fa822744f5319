// Prints one penalty decision with jiexu and with a warm Chromium, in turns, and says how many times faster the one is.
// Both print the same page, in the same fonts: JIEXU_BIN=../bin/jiexu node e2e/print.mjs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const rounds = 5
const prints = 12
const folder = mkdtempSync(join(tmpdir(), 'jiexu-print-'))
const ours = () => JSON.parse(execFileSync(process.env.JIEXU_BIN ?? '../bin/jiexu', ['bench', '--paper', folder])).product.p50_ms
const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

ours() // writes the page
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
})
try {
  const page = await browser.newPage()
  await page.goto('file://' + join(folder, 'page.html'))
  await page.evaluate(() => document.fonts.ready)
  const once = async () => {
    const begin = performance.now()
    await page.pdf({ preferCSSPageSize: true })
    return performance.now() - begin
  }
  for (let i = 0; i < 3; i++) await once()
  const own = []
  const theirs = []
  for (let i = 0; i < rounds; i++) {
    own.push(ours())
    for (let n = 0; n < prints; n++) theirs.push(await once())
  }
  console.log(`jiexu ${middle(own).toFixed(2)} ms, Chromium ${browser.version()} ${middle(theirs).toFixed(1)} ms: ${(middle(theirs) / middle(own)).toFixed(1)} times faster`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
