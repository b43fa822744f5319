// A citizen on an old telephone, without scripts and cookies: he reports with a photo and a pin, the desk and a squad handle
// it, he rates the answer and has it done again; another finds it before he sends, and follows it. The same pages are looked
// at by axe-core, wide and on a phone.
import assert from 'node:assert/strict'
import { take } from './desk.mjs'
import { accessible, fits, settled, walk } from './page.mjs'
import { photo } from './real.mjs'

const kept = {}

/** A browser that is no colleague's. look is what is asked of every page. */
async function visitor(office, { width, scripts }) {
  const context = await office.browser.newContext({ viewport: { width, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', javaScriptEnabled: scripts })
  office.contexts.push(context)
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  page.on('console', (m) => /Content Security Policy/.test(m.text()) && office.complaints.push(m.text()))
  page.on('response', (r) => r.status() >= 500 && office.complaints.push(`${r.status()} ${r.url()}`))
  office.now = page
  const look = async (name) => {
    if (!scripts) return
    await accessible(page, `${name} at ${width}`)
    await fits(page, `${name} at ${width}`)
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${width}-${name.replace(/\W+/g, '-')}.png`, fullPage: true })
  }
  return { page, look, cookies: () => context.cookies() }
}

/** Presses Next until the house believes that nobody is a machine, and the page to check is there. */
async function next(page) {
  for (let n = 0; n < 8; n++) {
    await page.click('#send')
    if ((await page.locator('h1').innerText()) === '核对后发送') return
    await page.waitForTimeout(1_000)
  }
  assert.fail(`still on ${await page.locator('h1').innerText()}: ${await page.locator('.summary').innerText()}`)
}

async function track(page, base, number, code) {
  await page.goto(`${base}/track`)
  await page.fill('#number', number)
  await page.fill('#code', code)
  await page.click('main button')
}

/** Sets the pin beside the middle of the map, whose size and scale follow the screen. */
async function besideTheMiddle(map) {
  const { width, height } = await map.boundingBox()
  await map.click({ position: { x: Math.round(width / 2) + 8, y: Math.round(height / 2) - 8 } })
}

export const stories = {
  async 'a citizen without scripts reports, with a photo and a pin'({ office }) {
    const { page, cookies } = await visitor(office, { width: 390, scripts: false })
    await page.goto(`${office.base}/portal`)
    await page.getByRole('link', { name: '我要反映' }).first().click()
    await page.getByRole('link', { name: '占道设摊' }).click()
    await page.click('#send')
    await page.locator('.summary a', { hasText: '请写明在哪里' }).click()
    assert.ok(page.url().endsWith('#address'), page.url())
    await page.reload() // the page that answers a form can be asked for again, and is in the other language at a click
    await page.getByRole('link', { name: 'English' }).click()
    await page.locator('.summary', { hasText: 'Tell us where it is' }).waitFor()
    await page.getByRole('link', { name: '中文' }).click()
    await page.fill('#text', '菜场门口每天傍晚摆满了水果摊，轮椅过不去。')
    await page.fill('#address', '老地方旁边')
    await page.fill('#name', '郝先生')
    await page.fill('#phone', '13612349876')
    await page.locator('input[type=file]').first().setInputFiles({ name: '水果摊.png', mimeType: 'image/png', buffer: photo() })
    await next(page)
    await page.locator('.lost', { hasText: '没有找到“老地方旁边”' }).waitFor()
    await page.goBack()
    await page.goForward() // and after Back all of it is still there
    await page.fill('#address', '平型关路1071号')
    await page.keyboard.press('Enter') // it is looked for, and nothing is sent or followed
    await page.getByText('地址大概在这里').waitFor()
    const picture = page.locator('.pictures img')
    await picture.waitFor()
    assert.ok((await picture.boundingBox()).width > 20, 'the picture is not shown')
    const map = page.locator('input[type=image]:visible')
    assert.equal(await map.count(), 1)
    await besideTheMiddle(map)
    await page.getByText('地点按您在地图上点的位置').waitFor()
    await page.reload()
    await page.locator('.moves summary').click()
    await page.getByRole('button', { name: '往北（上）' }).press('Enter') // by the keyboard
    await page.getByText('地点按您在地图上点的位置').waitFor()
    await page.locator('button[value=send]').click()
    kept.number = (await page.locator('#number').innerText()).trim()
    kept.code = (await page.locator('#code').innerText()).trim()
    await page.reload()
    assert.equal((await page.locator('#code').innerText()).trim(), kept.code, 'the page that tells the code cannot be asked for again')
    assert.match(kept.code, /^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$/)
    await page.getByRole('button', { name: '现在就看进度' }).click()
    await page.locator('.steps', { hasText: '收到您反映的问题' }).waitFor()
    assert.ok(!page.url().includes(kept.code) && !page.url().includes(kept.number), page.url())
    await page.reload()
    await page.locator('.steps', { hasText: '收到您反映的问题' }).waitFor()
    assert.equal(await page.locator('a[href="tel:12345"]').count(), 1, '12345 is no link')
    assert.deepEqual(await cookies(), [])
  },

  async 'every page of the portal is whole on a phone and wide, and another finds what was reported'({ office }) {
    for (const width of [390, 1440, 320]) {
      const { page, look } = await visitor(office, { width, scripts: true })
      for (const path of ['/portal', '/report', '/report/stall', '/report/structure', '/track', '/portal/privacy', '/portal?lang=en&big=1', '/report/stall?lang=en&big=1', '/report/nothing']) {
        await page.goto(office.base + path)
        await look(path)
      }
      if (width === 320) continue
      await page.goto(`${office.base}/report/stall`)
      await page.click('#send')
      await look('what is wrong')
      await page.fill('#text', '菜场门口傍晚摆满水果摊，轮椅过不去')
      await page.fill('#address', '平型关路1071号')
      await next(page)
      await look('to check')
      const map = page.locator('input[type=image]:visible')
      const { width: wide } = await map.boundingBox()
      const room = await page.evaluate(() => document.querySelector('main').clientWidth - 28)
      assert.ok(wide > room - 8 && wide <= room, `the map is ${wide} wide where ${room} are free`)
      await besideTheMiddle(map)
      await page.locator('#near').waitFor()
      assert.ok(!/郝|13612349876|每天/.test(await page.locator('section.card').first().innerText()), 'what another wrote is told')
      await look('somebody reported it')
      await page.locator('button[name=follow]').first().click()
      await look('followed')
      await page.getByRole('button', { name: '现在就看进度' }).click()
      await look('the status of who follows')
      await track(page, office.base, kept.number, 'AAAA-BBBB-CCCC-DDDD')
      await page.locator('.summary', { hasText: '没有查到' }).waitFor()
      await look('a wrong code')
      await track(page, office.base, kept.number, kept.code.toLowerCase())
      await look('the status')
    }
  },

  async 'the desk and the squad answer the citizen, who rates it and has it done again'({ office }) {
    const desk = await office.as('desk')
    await walk(desk, `/complaints?q=${kept.number}`)
    await desk.locator('tr[data-row]').first().click()
    await desk.waitForURL(/open=/)
    const path = `/complaints/${new URL(desk.url()).searchParams.get('open')}`
    await walk(desk, path)
    await settled(desk)
    await desk.locator('#s-media .thumb img').first().waitFor()
    const who = await desk.locator('#s-who').innerText()
    assert.ok(!who.includes('13612349876') && /136\D+9876/.test(who), who)
    if (await desk.locator('[data-step=route]:visible').count()) await take(desk, 'route', { unit: '大宁路街道综合行政执法队' })
    const leader = await office.as('leader.dnl')
    await walk(leader, path)
    await take(leader, 'accept')
    const officers = []
    for (const login of ['officer.dnl1', 'officer.dnl2']) officers.push((await (await office.as(login)).locator('[data-menu=me] .wide').first().innerText()).trim())
    await take(leader, 'assign', { officers })
    const officer = await office.as('officer.dnl1')
    await walk(officer, path)
    await officer.locator('#s-media input[type=file]').first().setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: Buffer.concat([photo(), Buffer.from('2')]) })
    await officer.locator('#s-media .thumb img').nth(1).waitFor()
    await take(officer, 'handle', { findings: '已劝离水果摊，清出盲道。', outcome: 'solved' })
    await take(officer, 'reply', { text: '已劝离水果摊，轮椅可以通行，傍晚加派人员巡查。' })

    const { page, look } = await visitor(office, { width: 390, scripts: true })
    await track(page, office.base, kept.number, kept.code)
    await page.locator('.said', { hasText: '轮椅可以通行' }).waitFor()
    for (const name of officers) assert.ok(!(await page.locator('main').innerText()).includes(name), 'an officer is named')
    await look('answered')
    await page.getByLabel('解决了，基本满意').check()
    await page.fill('#note', '比以前好')
    await page.getByRole('button', { name: '提交评价' }).click()
    await page.getByText('您的评价：解决了，基本满意').waitFor()

    await walk(desk, path)
    await desk.locator('li, .event', { hasText: '诉求人评价' }).first().waitFor()
    await take(desk, 'close', {}) // his own word stands there
    await track(page, office.base, kept.number, kept.code)
    await look('closed')
    await page.fill('#reason', '水果摊换到马路对面了，还是过不去')
    await page.getByRole('button', { name: '要求重办' }).click()
    await page.locator('.state', { hasText: '已要求重办' }).waitFor()
    await look('opened again')
    await walk(desk, path)
    await desk.locator('.crumb', { hasText: '要求重办' }).waitFor()
    await take(desk, 'redo', { reason: '诉求人要求重办' })

    await track(page, office.base, kept.number, kept.code)
    await page.getByText('删除我的联系方式').click()
    await look('about to erase')
    await page.getByRole('button', { name: '确认删除' }).click()
    await page.getByText('您的联系方式已经删除').waitFor()
    await walk(desk, path)
    await desk.locator('[data-erased]').waitFor()
  },
}
