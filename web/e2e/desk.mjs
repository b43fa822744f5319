// One complaint through everybody's hands on the real server: the desk registers it by keyboard alone, a department looks
// first, the community tries to settle it, a squad handles it, a second person checks the answer, the citizen is called back.
import assert from 'node:assert/strict'
import { fill } from './office.mjs'
import { accessible, fits, offered, settled, walk } from './page.mjs'
import { photo } from './real.mjs'

const squad = '大宁路街道综合行政执法队'

/** Shanghai's date now, and how many of a squad's complaints of this year have an answer, by the page of rates. */
async function answered(page) {
  const year = new Date(Date.now() + 8 * 3_600_000).getUTCFullYear()
  await walk(page, `/intake/rates?from=${year}-01-01&to=${year}-12-31`)
  await settled(page)
  const row = page.locator('tr', { hasText: '大宁路' }).first()
  return (await row.count()) ? Number((await row.locator('td, th').nth(1).innerText()).replace(/\D/g, '')) : 0
}

/** Takes a step on the page that somebody has open before him; what others did shows there by itself. */
export async function take(page, step, values = {}) {
  await (await offered(page, step)).click()
  const drawer = page.getByRole('dialog').and(page.locator('.el-drawer'))
  await fill(drawer, values)
  await drawer.locator('.el-drawer__footer .btn.primary').click()
  await drawer.waitFor({ state: 'hidden' })
}

export const stories = {
  async 'a complaint from the desk to a department, a community, a squad, and back to the citizen'({ office }) {
    const desk = await office.as('desk')
    const before = await answered(desk)

    // Nothing but keys, from the open list to the registered complaint.
    await walk(desk, '/complaints/new')
    await desk.locator('textarea').first().waitFor()
    const begin = Date.now()
    await desk.keyboard.type('大宁路街道平型关路一套房子隔成八间群租，煤气瓶放在走廊里，邻居都很担心，请保密。')
    await desk.keyboard.press('Tab')
    await desk.keyboard.type('平型关路1071号')
    await desk.locator('.proposals label', { hasText: squad }).first().waitFor()
    await desk.keyboard.press('Alt+ArrowDown')
    await desk.keyboard.press('Tab')
    await desk.keyboard.type('群租隔间和煤气瓶')
    await desk.keyboard.press('Tab')
    await desk.keyboard.type('何先生')
    await desk.keyboard.press('Tab')
    await desk.keyboard.type('13912340987')
    await desk.keyboard.press('Tab')
    await desk.keyboard.press('Space') // keep it secret
    await accessible(desk, 'registering')
    // A list takes the keys that it needs, and none of those that register.
    await desk.keyboard.press('Tab')
    await desk.keyboard.press('Tab')
    await desk.keyboard.press('Alt+7') // by telephone
    await desk.keyboard.press('Tab')
    await desk.keyboard.press('Enter')
    await desk.locator('.el-select-dropdown:visible').waitFor()
    await desk.keyboard.press('ArrowDown')
    await desk.keyboard.press('Enter')
    await desk.keyboard.press('Control+Enter')
    await desk.waitForURL(/complaints\/[0-9a-f-]{36}$/)
    assert.ok(Date.now() - begin < 30_000, `registered in ${Date.now() - begin} ms`)
    const path = new URL(desk.url()).pathname
    await desk.locator('[data-rule]', { hasText: '群租' }).waitFor()
    await desk.locator('#s-what dd').getByText('求助', { exact: true }).waitFor()
    await desk.locator('#s-what dd').getByText('本单位来电', { exact: true }).waitFor()
    // What is usual stands first: the rule wants the department to look, and what is seldom done waits behind a word.
    const ways = await desk.locator('.go:not(.aside) [data-step]:visible').evaluateAll((list) => list.map((e) => e.dataset.step))
    assert.deepEqual(ways, ['route', 'inspect'])
    assert.equal(await desk.locator('[data-step=merge]:visible, [data-step=split]:visible, [data-step=transfer]:visible').count(), 0)

    // It is found by the caller's number, which no address shows.
    await walk(desk, '/complaints')
    await desk.locator('.find input').fill('139 1234 0987')
    await desk.waitForFunction(() => document.querySelectorAll('tr[data-row]').length === 1)
    await desk.locator('tr[data-row]', { hasText: '群租隔间和煤气瓶' }).waitFor()
    assert.ok(!/1234|q=/.test(desk.url()), desk.url())

    // The department looks first, and it is not its own; the community tries, and fails. The desk's page follows by itself.
    await walk(desk, path)
    await desk.locator('[data-follow]').click()
    await take(desk, 'inspect', { department: '静安区住房保障和房屋管理局' })
    const department = await office.as('dept.fg')
    await walk(department, path)
    await take(department, 'report', { result: 'not_theirs', findings: '现场为隔断出租，结构未动，属执法事项。' })
    await take(desk, 'mediate', { community: '大宁' })
    const community = await office.as('community.dnl')
    await walk(community, path)
    await take(community, 'report', { result: 'failed', findings: '上门两次，房东拒不开门，调处不成。' })
    await take(desk, 'route', { unit: squad })

    // A note names the squad's leader, who reads it.
    const leader = await office.as('leader.dnl')
    const name = (await leader.locator('[data-menu=me] .wide').first().innerText()).trim()
    await desk.locator('[data-note]').click()
    await desk.keyboard.type(`房东白天不在，请安排晚上去 @${name.slice(0, 1)}`)
    await desk.locator('.box [role=option]', { hasText: name }).first().click()
    await desk.keyboard.press('Control+Enter')
    await desk.locator('[data-note-by] .name', { hasText: name }).waitFor()
    await accessible(desk, 'a complaint with a note')

    // The squad.
    await walk(leader, path)
    await leader.locator('[data-note-by]', { hasText: '晚上去' }).waitFor()
    await take(leader, 'accept')
    const officers = []
    for (const login of ['officer.dnl1', 'officer.dnl2']) officers.push((await (await office.as(login)).locator('[data-menu=me] .wide').first().innerText()).trim())
    await take(leader, 'assign', { officers })
    const officer = await office.as('officer.dnl1')
    await walk(officer, path)
    await officer.locator('#s-media input[type=file]').first().setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: photo() })
    await officer.locator('#s-media .thumb img').first().waitFor()
    assert.ok(!(await officer.locator('#s-who').innerText()).includes('何'), 'the squad sees who informed')
    await take(officer, 'first_contact', { result: '已请受理台转告，今晚到场。' })
    await take(officer, 'handle', { findings: '责令拆除隔断七处，清出煤气瓶四只，现场复核已拆。', outcome: 'solved' })

    // The answer begins with a template and is checked by another.
    await officer.locator('[data-blocked=reply]', { hasText: '复核' }).waitFor()
    await officer.locator('[data-step=submit_reply]:visible').first().click()
    const drawer = officer.getByRole('dialog').and(officer.locator('.el-drawer'))
    const template = drawer.locator('[data-template]')
    await template.locator('option').nth(1).waitFor({ state: 'attached' })
    await template.selectOption({ index: 1 })
    const box = drawer.locator('textarea').first()
    assert.ok((await box.inputValue()).length > 10, 'the template is empty')
    await box.fill(`${(await box.inputValue()).replace(/[{}｛｝]/g, '')}隔断已全部拆除。`)
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await drawer.waitFor({ state: 'hidden' })
    await take(leader, 'pass_reply')

    // The desk calls back and closes; it was told of every step, and the year's rates have one more.
    await take(desk, 'close', { satisfaction: '已解决，满意' })
    await desk.locator('.crumb', { hasText: '已办结' }).waitFor()
    const notices = await desk.evaluate(async () => (await (await fetch('/api/v1/notices')).json()).items.filter((n) => n.code === 'notice.followed').length)
    assert.ok(notices >= 5, `${notices} notices of what the desk follows`)
    assert.equal(await answered(desk), before + 1)
  },

  async 'the desk saves a view, sends many at once, splits one, and prints'({ office }) {
    const desk = await office.as('desk')
    await walk(desk, '/complaints?state=registered')
    await settled(desk)
    await desk.locator('[data-views]').click()
    await desk.locator('[data-view-new]').click()
    await desk.locator('[data-view-title]').fill('待派遣')
    await desk.keyboard.press('Enter')
    await desk.locator('[data-views]', { hasText: '待派遣' }).waitFor()
    await desk.locator('tr[data-row]').first().waitFor()
    await desk.keyboard.press('Escape')
    await desk.keyboard.press('j')
    await desk.keyboard.press('x')
    await desk.keyboard.press('Shift+ArrowDown')
    await desk.locator('[data-bulk-step=route]').waitFor()
    await accessible(desk, 'the list with rows chosen')
    await fits(desk, 'the list with rows chosen')
    const chosen = Number(/\d+/.exec(await desk.locator('[data-bulk] b').innerText())[0])
    assert.equal(chosen, 2)
    await desk.locator('[data-bulk-step=route]').click()
    await desk.locator('[data-bulk-go]').click()
    const answer = desk.locator('[data-bulk-answer]')
    await answer.waitFor()
    const went = Number(/\d+/.exec(await answer.locator('.went').innerText())[0])
    assert.equal(went + (await answer.locator('li').count()), 2) // each is told of, done or refused
    await desk.locator('[data-bulk-close]').click()

    await walk(desk, '/complaints?state=registered,routed')
    await desk.locator('tr[data-row]').first().click()
    await desk.waitForURL(/open=/)
    const path = `/complaints/${new URL(desk.url()).searchParams.get('open')}`
    await walk(desk, path)
    await (await offered(desk, 'split')).click()
    const form = desk.getByRole('dialog')
    await form.locator('[data-field="parts.0.content"]').fill('另有一家店铺油烟很大，请一并处理。')
    await fill(form, { reason: '两件事' })
    await form.locator('[data-split-go]').click()
    await desk.locator('[data-kin] a').first().click()
    await desk.locator('[data-kin] a').first().waitFor() // and it knows where it came from
    await walk(desk, `${path}/print`)
    await desk.locator('article.paper', { hasText: '诉件办理单' }).waitFor()
    await settled(desk)
    await accessible(desk, 'a complaint on paper')
  },

  async 'an officer finds something on patrol, by phone'({ office }) {
    const page = await office.as('officer.dnl1')
    await page.context().grantPermissions(['geolocation'])
    await page.context().setGeolocation({ longitude: 121.4486, latitude: 31.2823, accuracy: 15 })
    await page.setViewportSize({ width: 390, height: 844 })
    await walk(page, '/complaints')
    await page.locator('[data-patrol]').click()
    await page.locator('[data-patrol-place]', { hasText: '误差约 15 米' }).waitFor()
    await page.locator('[data-patrol-place]', { hasText: '大宁路街道' }).waitFor()
    await page.locator('.pick input[type=file]').last().setInputFiles({ name: '设摊.png', mimeType: 'image/png', buffer: photo() })
    await page.locator('[data-field=content]').fill('三辆流动设摊占着人行道')
    await accessible(page, 'a patrol finding')
    await fits(page, 'a patrol finding')
    await page.locator('[data-register]').click()
    await page.waitForURL(/complaints\/[0-9a-f-]{36}$/)
    await page.locator('#s-media .thumb img').first().waitFor()
    await page.locator('#s-what', { hasText: '巡查发现' }).waitFor()
    await page.setViewportSize({ width: 1440, height: 900 })
  },

  async 'a pin that is put right is learned; the desk sees by whom, and takes it back'({ office }) {
    const page = await office.as('desk')
    const register = async () => {
      await walk(page, '/complaints/new')
      await page.locator('textarea').first().fill('江宁路428号门口有人占道设摊卖水果')
      await page.locator('[data-field=address]').fill('江宁路428号502室')
      await page.locator('.proposals label').first().waitFor()
      await settled(page)
      await page.locator('[data-register]').click()
      await page.waitForURL(/complaints\/[0-9a-f-]{36}$/)
      await page.locator('#s-where').waitFor()
      return (await page.locator('#s-where .place .num').innerText()).split(',').map(Number)
    }
    const [lon, lat] = await register()
    await page.locator('[data-step=place]:visible').first().click()
    const drawer = page.getByRole('dialog').and(page.locator('.el-drawer'))
    await drawer.locator('[data-map=drawn]').waitFor() // the map stands in the form, and draws there
    await drawer.locator('[data-field=at]').fill(`${(lon + 0.003).toFixed(6)},${lat.toFixed(6)}`)
    await accessible(page, 'saying where it is')
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await drawer.waitFor({ state: 'hidden' })
    const [again] = await register()
    assert.ok(Math.abs(again - lon - 0.003) < 0.0008, `the same address came in at ${again}, not at ${lon + 0.003}`)

    await walk(page, '/intake/places')
    const card = page.locator('[data-address="江宁路428号"]')
    await card.locator('summary').click()
    await settled(page)
    await accessible(page, 'what was learned')
    await card.locator('[data-withdraw]').click()
    await card.locator('[data-reason]').fill('图钉拖错了')
    await card.locator('[data-sure]').click()
    await card.getByText('图钉拖错了').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await fits(page, 'what was learned')
    await page.setViewportSize({ width: 1440, height: 900 })
    const [back] = await register()
    assert.ok(Math.abs(back - lon) < 0.0002, `taken back, the address came in at ${back}, not at ${lon}`)
  },
}
