// As an integrator: the Open311 client of the npm registry, as it is, talks to the server in JSON and in XML. What it reported is on
// the desk; what it asked for by a token it is told once the desk has looked.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { walk } from './page.mjs'

const run = promisify(execFile)

export const stories = {
  async 'an Open311 client from npm reports and asks, in JSON and in XML'({ office, folder }) {
    const admin = await office.as('admin')
    await walk(admin, '/system/keys')
    await admin.locator('[data-add-key]').click()
    const form = admin.getByRole('dialog').and(admin.locator('.el-drawer'))
    await form.locator('[data-field=name]').fill('npm 上的 Open311 客户端')
    await form.locator('.field[data-name=unit] .el-select').click()
    await admin.locator('.el-select-dropdown__item:visible', { hasText: '静安区城市管理行政执法局' }).first().click()
    await form.locator('.el-drawer__footer .btn.primary').click()
    const key = await admin.locator('[data-key-text]').inputValue()

    const home = join(folder, 'open311')
    await rm(home, { recursive: true, force: true })
    await cp(fileURLToPath(new URL('./open311', import.meta.url)), home, { recursive: true })
    await run('npm', ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--silent'], { cwd: home })
    const base = new URL(admin.url()).origin
    const told = {}
    for (const format of ['json', 'xml']) {
      const { stdout } = await run(process.execPath, ['--no-deprecation', 'client.cjs', base, key, format], { cwd: home })
      told[format] = JSON.parse(stdout.trim().split('\n').at(-1))
    }
    await walk(admin, '/system/status')
    await walk(admin, '/system/keys')
    await admin.locator('[data-key]', { hasText: 'npm 上的' }).waitFor()
    assert.doesNotMatch(await admin.locator('[data-key]', { hasText: 'npm 上的' }).innerText(), /未使用/)

    // The desk has it, with all that was said and who said it covered.
    const desk = await office.as('desk')
    await walk(desk, '/complaints?q=' + encodeURIComponent('流动摊占着盲道'))
    await desk.locator('tr[data-row]').nth(1).waitFor()
    await walk(desk, '/complaints?q=' + encodeURIComponent('路灯不亮'))
    await desk.locator('tr[data-row]').nth(1).waitFor()
  },
}
