// Two citizens complain of the same stall: the desk merges the second complaint into the first, undoes it, merges it again from the
// list; the squad answers the first, and both have their answer.
import assert from 'node:assert/strict'
import { fill } from './office.mjs'
import { accessible, fits, settled, walk } from './page.mjs'
import { photo } from './real.mjs'

const squad = '大宁路街道综合行政执法队'
const address = '大宁路街道延长中路801号'

/** Registers a complaint, and gives where its page is and its number. */
async function register(desk, content, name, phone) {
  await walk(desk, '/complaints/new')
  await desk.locator('textarea').first().fill(content)
  await desk.locator('[data-field=address]').fill(address)
  await desk.locator('.proposals label', { hasText: squad }).first().click()
  await desk.locator('[data-field=name]').fill(name)
  await desk.locator('[data-field=phone]').fill(phone)
  await desk.locator('[data-register]').click()
  await desk.waitForURL(/complaints\/[0-9a-f-]{36}$/)
  await settled(desk)
  return { path: new URL(desk.url()).pathname, number: (await desk.locator('.crumb .num').first().innerText()).trim() }
}

/** Fills in the open form and sends it off. */
async function send(page, values) {
  const drawer = page.getByRole('dialog').and(page.locator('.el-drawer'))
  await drawer.waitFor()
  await fill(drawer, values)
  await drawer.locator('.el-drawer__footer .btn.primary').click()
  await drawer.waitFor({ state: 'hidden' })
}

export const stories = {
  async 'two complaints of one matter are merged, unmerged, and answered together'({ office }) {
    const desk = await office.as('desk')
    const first = await register(desk, '延长中路801号门口每天傍晚有一辆水果三轮车占着盲道，喇叭一直响。', '钱先生', '13900001111')
    const second = await register(desk, '延长中路801号门口傍晚水果三轮车占着盲道，喇叭声很响，老人走路不方便。', '孔女士', '13900002222')

    const was = (await desk.locator('.crumb .tag').first().innerText()).trim()

    // Its page shows the earlier one with the reason, and the form is filled in from there.
    await desk.locator(`[data-merge="${first.number}"]`).click()
    const form = desk.getByRole('dialog').and(desk.locator('.el-drawer'))
    await form.waitFor()
    assert.equal(await form.locator('.field[data-name=main] input').inputValue(), first.number)
    assert.match(await form.locator('.field[data-name=reason] textarea').inputValue(), /地址相同/)
    await settled(desk)
    await accessible(desk, 'the form of a merging')
    await send(desk, {})
    await desk.locator('[data-main]', { hasText: first.number }).waitFor()
    await settled(desk)
    await accessible(desk, 'a merged complaint')
    await fits(desk, 'a merged complaint')
    await desk.setViewportSize({ width: 390, height: 844 })
    await settled(desk)
    await fits(desk, 'a merged complaint on a phone')
    await accessible(desk, 'a merged complaint on a phone')
    await desk.setViewportSize({ width: 1440, height: 900 })

    // The main one's page says who else waits for it, and the list how many.
    await desk.locator('[data-main] a').click()
    await desk.locator('[data-merged] li', { hasText: second.number }).waitFor()
    assert.match(await desk.locator('[data-merged] li').first().innerText(), /孔\*/)
    await accessible(desk, 'a main complaint')
    await walk(desk, '/complaints?q=' + encodeURIComponent('水果三轮车'))
    await desk.locator('tr[data-row]', { hasText: first.number }).locator('[data-merged-count]').waitFor()

    // Undone, it is where it was; merged again from the list, with the earliest of those chosen as the main one.
    await walk(desk, second.path)
    await desk.locator('[data-unmerge]').click()
    await send(desk, { reason: '先核对是不是同一辆车' })
    await desk.locator('[data-main]').waitFor({ state: 'detached' })
    await desk.locator('.crumb .tag', { hasText: was }).waitFor()
    await walk(desk, '/complaints?q=' + encodeURIComponent('水果三轮车'))
    await desk.locator('tr[data-row]', { hasText: second.number }).waitFor()
    for (const one of [first, second]) await desk.locator('tr[data-row]', { hasText: one.number }).locator('input[type=checkbox]').click()
    await desk.locator('[data-bulk-step=merge]').click()
    const bulk = desk.getByRole('dialog').and(desk.locator('.el-drawer'))
    assert.equal(await bulk.locator('.field[data-name=main] input').inputValue(), first.number)
    await fill(bulk, { reason: '同一辆三轮车' })
    await desk.locator('[data-bulk-go]').click()
    await desk.locator('[data-bulk-answer] .went', { hasText: '1' }).waitFor()
    assert.equal(await desk.locator('[data-bulk-answer] li').count(), 0)
    await desk.locator('[data-bulk-close]').click()

    // The squad handles the one; both are answered.
    await walk(desk, first.path)
    await settled(desk)
    if (await desk.locator('[data-step=route]').count()) await office.take('desk', first.path, 'route', { unit: squad }) // else a rule has sent it
    await office.take('leader.dnl', first.path, 'accept')
    const leader = await office.as('leader.dnl')
    await leader.locator('[data-merged] li', { hasText: second.number }).waitFor()
    assert.doesNotMatch(await leader.locator('[data-merged]').innerText(), /孔女士|13900002222/)
    const cards = (await leader.evaluate(async (id) => (await (await fetch(`/api/v1/complaints/${id}`)).json()).choices.find((c) => c.step === 'assign').fields[0].options, first.path.split('/').pop())).filter((o) => /\d{6}/.test(o.label))
    const officers = await leader.evaluate(async () => (await (await fetch('/api/v1/session')).json()).name)
    await office.take('leader.dnl', first.path, 'assign', { officers: cards.filter((o) => !o.label.startsWith(officers)).slice(0, 2).map((o) => o.label) })
    let page
    for (const login of ['officer.dnl1', 'officer.dnl2', 'officer.dnl3']) {
      page = await office.as(login)
      await walk(page, first.path)
      await settled(page)
      if (await page.locator('[data-blocked=handle], [data-step=handle]').count()) break
    }
    await page.locator('#s-media input[type=file]').first().setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: photo() })
    await page.locator('[data-step=handle]:visible').waitFor()
    await page.locator('[data-step=handle]:visible').click()
    await send(page, { findings: '摊主当场收摊，已告知不得占用盲道。', outcome: 'solved' })
    await page.locator('[data-step=reply]:visible').click()
    await send(page, { text: '已劝离摊主，并安排傍晚时段巡查。' })
    await walk(desk, second.path)
    await desk.locator('[data-main]', { hasText: '已随主件答复' }).waitFor()
    await desk.locator('#s-what', { hasText: '已劝离摊主' }).waitFor()
    await desk.locator('.crumb .tag', { hasText: '已答复' }).waitFor()
  },
}
