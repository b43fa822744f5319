// The stories on the real server, in their order: one complaint all the way to an archived decision that is
// verified offline, through the screens alone. They share the office; what one leaves the next finds.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflateSync, crc32 } from 'node:zlib'
import { draw } from './file.mjs'
import { fill } from './office.mjs'
import { accessible, fits, settled, walk } from './page.mjs'

const run = promisify(execFile)
const samples = new URL('../../docs/samples/complaints.csv', import.meta.url)
const kept = {}
/** Shanghai's date now: a run may pass midnight. */
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

/** A small true photograph: a PNG of stripes. */
export function photo() {
  const chunk = (type, body) => {
    const b = Buffer.alloc(body.length + 12)
    b.writeUInt32BE(body.length)
    b.write(type, 4)
    body.copy(b, 8)
    b.writeUInt32BE(crc32(b.subarray(4, 8 + body.length)), 8 + body.length)
    return b
  }
  const head = Buffer.from([0, 0, 0, 64, 0, 0, 0, 48, 8, 2, 0, 0, 0])
  const rows = Buffer.concat(Array.from({ length: 48 }, (_, y) => Buffer.concat([Buffer.from([0]), Buffer.alloc(64 * 3, y * 5)])))
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

/** The path of a complaint of the demonstration, by its title, as the desk finds it. */
async function found(office, title) {
  const page = await office.as('desk')
  await walk(page, `/complaints?q=${encodeURIComponent(title)}`)
  await page.locator('tr[data-row]', { hasText: title }).first().click()
  await page.waitForURL(/open=/)
  return `/complaints/${new URL(page.url()).searchParams.get('open')}`
}

export const stories = {
  async 'a wrong password is refused, and the page says so in both languages'({ office }) {
    const page = await office.open()
    await page.goto(office.base)
    await accessible(page, 'sign-in')
    await page.fill('#login', 'desk')
    await page.fill('#password', 'not-this-one')
    await page.click('form .btn.primary')
    const chinese = await page.getByRole('alert').innerText()
    assert.match(chinese, /密码/)
    await page.locator('[data-lang-switch]').click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await page.fill('#password', 'not-this-one')
    await page.click('form .btn.primary')
    await page.getByRole('alert').filter({ hasText: /password/i }).waitFor()
    await page.context().close()
  },

  async 'the desk imports a table; the bad row is told'({ office }) {
    const page = await office.as('desk')
    await page.goto(`${office.base}/complaints/import`)
    await page.setInputFiles('input[type=file]', samples.pathname)
    await page.locator('form .btn.primary').click()
    await page.locator('.result').waitFor()
    const numbers = await page.locator('.result dd').allInnerTexts()
    assert.equal(numbers.map(Number).reduce((a, b) => a + b), 6)
    assert.ok(Number(numbers[0]) >= 5, `imported ${numbers[0]}`)
    await page.goto(`${office.base}/complaints?q=${encodeURIComponent('水果店跨门')}`)
    await page.locator('tr[data-row]', { hasText: '水果店跨门经营' }).waitFor()
  },

  async 'the desk registers what a caller says, finds the place, and its rule sends it to the squad'({ office }) {
    const page = await office.as('desk')
    await page.goto(`${office.base}/complaints/new`)
    await page.locator('[data-field=content]').fill('大宁路街道平型关路一家商铺把外立面敲掉，自己改了门窗，占用小区共用部分。')
    await page.locator('[data-field=title]').fill('商铺擅自改建外立面')
    await page.locator('[data-field=address]').fill('大宁路街道平型关路')
    await page.locator('[data-field=name]').fill('王阿婆')
    await page.locator('[data-field=phone]').fill('13800001234')
    await page.keyboard.press('Alt+l')
    await page.locator('.proposals label').first().waitFor()
    await page.getByText(/大宁路街道综合行政执法队/).first().waitFor()
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/complaints\/[0-9a-f-]{36}$/)
    kept.complaint = new URL(page.url()).pathname
    await page.locator('[data-rule]', { hasText: '已按规则自动派遣' }).waitFor()
    await page.getByText('大宁路街道综合行政执法队').first().waitFor()
  },

  async 'a department looks first and gives it back; the desk sends it on'({ office }) {
    const path = await found(office, '顶楼平台历史搭建')
    const theirs = await office.as('dept.gh')
    await walk(theirs, '/')
    await theirs.locator('a.item', { hasText: '顶楼平台历史搭建' }).first().waitFor()
    await office.take('dept.gh', path, 'report', { result: 'not_theirs', findings: '经查无规划许可记录，属执法事项。' })
    await walk(theirs, '/complaints')
    await theirs.getByText('顶楼平台历史搭建').waitFor({ state: 'detached' })
    await office.take('desk', path, 'route', { unit: '大宁路街道综合行政执法队' })
  },

  async 'what a community settled is answered from a template'({ office }) {
    const path = await found(office, '隔壁养鸽子')
    const page = await office.as('desk')
    await walk(page, path)
    await page.locator('[data-step=answer]:visible').first().click()
    await page.locator('[data-template]').selectOption({ label: '部门或社区已先行解决' })
    assert.match(await page.locator('.el-drawer textarea').first().inputValue(), /搬走鸽笼/)
    await page.locator('.el-drawer__footer .btn.primary:visible').click()
    await page.locator('.tag', { hasText: '已答复' }).first().waitFor()
  },

  async 'the bureau rules on a dispute, and the squad has no other way than to accept'({ office }) {
    const path = await found(office, '商场外广场夜市')
    await office.take('head', path, 'decide', { unit: '南京西路街道综合行政执法队', reason: '以广场中线为界，夜市在南京西路街道一侧。' })
    const page = await office.as('leader.njxl')
    await walk(page, path)
    await page.locator('[data-more-steps]').click()
    await page.locator('[data-blocked=return]', { hasText: '裁定是最终的' }).waitFor()
    await office.take('leader.njxl', path, 'accept')
  },

  async 'the desk writes a rule, tests it on last month and switches it on'({ office }) {
    const page = await office.as('desk')
    await walk(page, '/intake/rules')
    await page.locator('[data-copy]').click()
    await page.locator('[data-edit-rule]').first().waitFor()
    await page.locator('[data-add]').click()
    const card = page.locator('[data-rule-card]').last()
    await page.locator('[data-save]').click()
    await card.getByRole('alert').first().waitFor() // a rule without a name
    await card.locator('[data-rule-title]').fill('占道洗车派属地')
    const box = card.locator('.el-select').first().locator('input')
    await box.fill('洗车')
    await box.press('Enter')
    await page.locator('[data-save]').click()
    await page.locator('.toast.done', { hasText: '草稿已保存' }).first().waitFor()
    await page.locator('[data-test]').click()
    await page.locator('[data-rule-test] .sums').waitFor()
    // Each complaint that was looked at is in one of the sums; the names that ship are told in English too, the office's as it typed them.
    const sums = (await page.locator('[data-rule-test] .sums b').allInnerTexts()).map(Number)
    const looked = Number(/([0-9]+) *件/.exec(await page.locator('[data-rule-test] p').first().innerText())[1])
    assert.equal(sums.reduce((a, b) => a + b), looked)
    await page.locator('[data-lang-switch]').click()
    await page.getByText('What the test found').waitFor()
    const names = await page.locator('[data-rule-test] tbody tr td:first-child').allInnerTexts()
    assert.ok(names.length > 3 && names.slice(0, -1).every((n) => !/[\u4e00-\u9fff]/.test(n)) && /占道洗车派属地/.test(names.at(-1)), names.join('; '))
    await page.locator('[data-lang-switch]').click()
    await page.getByText('试算结果').waitFor()
    await page.locator('[data-on]').click()
    await page.locator('.tag.green', { hasText: '启用中' }).first().waitFor()
    for (const part of ['board', 'rates', 'rules', 'templates']) {
      await walk(page, `/intake/${part}`)
      await settled(page)
      await accessible(page, `/intake/${part}`)
      await fits(page, `/intake/${part}`)
    }
  },

  async 'the leader accepts and sends two officers'({ office }) {
    await office.take('leader.dnl', kept.complaint, 'accept')
    const page = await office.as('leader.dnl')
    await page.goto(office.base)
    await page.locator('a.item', { hasText: '商铺擅自改建外立面' }).first().waitFor()
    kept.officers = []
    for (const login of ['officer.dnl1', 'officer.dnl2']) {
      const theirs = await office.as(login)
      kept.officers.push((await theirs.locator('[data-menu=me] .wide').first().innerText()).trim())
    }
    await office.take('leader.dnl', kept.complaint, 'assign', { officers: kept.officers })
  },

  async 'an officer adds a photo, calls, handles, and makes it a case'({ office }) {
    const page = await office.as('officer.dnl1')
    await page.goto(office.base + kept.complaint)
    await page.locator('#s-media input[type=file]').first().setInputFiles({ name: '现场.png', mimeType: 'image/png', buffer: photo() })
    await page.locator('#s-media .thumb img').first().waitFor()
    await page.locator('#s-media input[type=file]').first().setInputFiles({ name: '又一张.png', mimeType: 'image/png', buffer: photo() })
    await page.locator('.toast', { hasText: '已经在本件里' }).first().waitFor()
    assert.equal(await page.locator('#s-media .thumb').count(), 1)
    await office.take('officer.dnl1', kept.complaint, 'arrive')
    await page.locator('[data-blocked=arrive]', { hasText: '不用再记' }).waitFor({ state: 'attached' })
    await office.take('officer.dnl1', kept.complaint, 'first_contact', { result: '已电话联系，约定到场。' })
    await office.take('officer.dnl1', kept.complaint, 'handle', { findings: '外立面已敲除约六平方米，占用共用部分。', outcome: 'case' })
    await office.take('officer.dnl1', kept.complaint, 'file_case', { matter: 'WY-03' })
    await page.locator('#s-what a[href^="/cases/"]').first().click()
    await page.waitForURL(/\/cases\/[0-9a-f-]{36}/)
    kept.case = new URL(page.url()).pathname
  },

  async 'a wrong organisation code is refused beside its field, the right one is taken'({ office }) {
    const page = await office.as('officer.dnl1')
    await page.goto(office.base + kept.case)
    await page.locator('[data-add=edit]').click()
    await fill(page.getByRole('dialog'), { findings: '经查，当事人擅自改建外立面约六平方米，占用物业共用部分。', officers: kept.officers[1] })
    await page.getByRole('dialog').locator('.el-drawer__footer .btn.primary').click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.locator('[data-add=parties]').click()
    const drawer = page.getByRole('dialog')
    await fill(drawer, { kind: 'organisation', name: '上海大宁示例餐饮有限公司', idCode: '91310106MA1DEMA19D', representative: '周启明', address: '上海市静安区平型关路88号' })
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await drawer.locator('.field.invalid[data-name=idCode] .error').waitFor()
    await fill(drawer, { idCode: '91310106MA1DEMA19C' })
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await page.locator('#s-who', { hasText: '91310106MA1DEMA19C' }).waitFor()
    await page.locator('[data-add=evidence]').click()
    await fill(page.getByRole('dialog'), { title: '现场检查（勘验）笔录', proves: '外立面改建的位置和面积' })
    await page.getByRole('dialog').locator('.el-drawer__footer .btn.primary').click()
    await page.locator('#s-evidence', { hasText: '现场检查（勘验）笔录' }).waitFor()
  },

  async 'a paper is written beside its page, signed and refused, and kept as PDF and DOCX'({ office }) {
    const page = await office.as('officer.dnl1')
    await walk(page, `${kept.case}/papers`)
    await page.locator('[data-kind="service.consent"]').click()
    await page.locator('.preview canvas').first().waitFor()
    await fill(page.locator('.form'), { phone: '13900000009', electronic: 'no' })
    await page.locator('[data-add-sign=party]').click()
    await page.locator('[data-sign=party] [data-refuse]').click()
    await page.locator('[data-sign=party] [data-sign-reason]').fill('不愿签名')
    await page.locator('[data-sign=party] [data-sign-witness]').fill('居委会干部王芳')
    for (const i of [0, 1]) {
      await page.locator('[data-add-sign=officers]').click()
      await draw(page, page.locator('[data-sign=officers] canvas').nth(i))
    }
    await page.waitForFunction(() => /不愿签名/.test(document.querySelector('.preview')?.innerHTML ?? '')) // the page says it
    await page.locator('[data-issue]').click()
    await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/)
    const row = page.locator('tr[data-document="service.consent"]')
    await row.waitFor()
    for (const link of await row.locator('.acts a').all()) {
      const answer = await page.request.get(office.base + (await link.getAttribute('href')))
      assert.equal(answer.status(), 200)
      assert.ok((await answer.body()).length > 2000)
    }
  },

  async 'investigated, reported, noticed: the draft is seen before it is made'({ office }) {
    await office.take('head', kept.case, 'approve_filing', { opinion: '符合立案条件，同意立案。' })
    const officer = await office.as('officer.dnl1')
    await officer.goto(office.base + kept.case)
    await officer.locator('[data-step]:visible').first().waitFor()
    if (await officer.locator('[data-blocked=report]', { hasText: '改正' }).count()) {
      await office.take('officer.dnl1', kept.case, 'order_correction', { order: '七日内恢复原状', correct_by: today() })
      await office.take('officer.dnl1', kept.case, 'not_corrected')
    }
    await office.take('officer.dnl1', kept.case, 'report', { summary: '当事人擅自改建外立面，事实清楚，证据充分。', proposal: '建议罚款三千元。' })
    await office.take('head', kept.case, 'approve_report', { opinion: '同意。' })

    await office.as('officer.dnl1')
    await officer.goto(office.base + kept.case)
    await officer.locator('[data-step=notify]:visible').click()
    const drawer = officer.getByRole('dialog')
    await fill(drawer, { amount: 3000, grounds: '初次违法，配合调查。' })
    const [tab] = await Promise.all([officer.waitForEvent('popup'), officer.waitForResponse((r) => r.url().includes('/preview/notify') && r.status() === 200 && /pdf/.test(r.headers()['content-type'])), drawer.locator('[data-preview]').click()])
    await tab.close()
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await officer.locator('[data-paper="penalty.notice"]').waitFor()
    await office.take('officer.dnl1', kept.case, 'serve_notice', { method: '直接送达', served_on: today(), receiver: '周启明（法定代表人）' })
  },

  async 'the decision is blocked, says why, and the article opens beside the page'({ office }) {
    const page = await office.as('head')
    await page.goto(office.base + kept.case)
    const blocked = page.locator('[data-gate]')
    await blocked.getByText(/陈述申辩/).first().waitFor()
    await blocked.locator('.cite').first().click()
    const article = page.getByRole('complementary', { name: '条文' })
    await article.getByText(/第四十四条|第44条/).first().waitFor()
    await accessible(page, 'a case with an article beside it')
    await page.keyboard.press('Escape')
    await article.waitFor({ state: 'detached' })
  },

  async 'waived, reviewed, decided, served, paid, closed, archived'({ office }) {
    const officer = await office.take('officer.dnl1', kept.case, 'waive', { statement: '没有异议，放弃陈述申辩。' })
    if (await officer.locator('[data-step=waive_hearing]').count()) await office.take('officer.dnl1', kept.case, 'waive_hearing', { statement: '不要求听证。' })
    await office.take('legal', kept.case, 'pass_review', { opinion: '程序合法，裁量适当。' })
    await office.take('head', kept.case, 'decide', { amount: 3000, opinion: '同意，作出处罚决定。' })
    await office.take('officer.dnl1', kept.case, 'serve_decision', { method: '直接送达', served_on: today(), receiver: '周启明（法定代表人）' })
    await office.take('officer.dnl1', kept.case, 'pay', { voucher: 'V-0001', amount: 3000, paid_on: today() })
    await office.take('leader.dnl', kept.case, 'close', { opinion: '罚款缴清，结案。' })
    const page = await office.take('legal', kept.case, 'archive', { volume: '2026-罚-100', pages: 36 })
    await page.locator('.crumb', { hasText: '已归档' }).waitFor()
  },

  async 'the decision is downloaded, and is exactly as recorded with no server'({ office, binary, folder }) {
    const page = await office.as('officer.dnl1')
    await page.goto(office.base + kept.case)
    await page.locator('[data-paper="penalty.decision"]').click()
    const drawer = page.getByRole('dialog')
    const [download] = await Promise.all([page.waitForEvent('download'), drawer.locator('a[download]').click()])
    const file = join(folder, 'decision.pdf')
    await download.saveAs(file)
    const { stdout } = await run(binary, ['verify', file])
    assert.match(stdout, /exactly as|一致|recorded/i)
    const check = await drawer.locator('a[href^="/check/"]').getAttribute('href')
    const anybody = await office.open(390, 844)
    await anybody.goto(office.base + check)
    await anybody.locator('.result.good').waitFor()
    assert.ok(!(await anybody.content()).includes('示例餐饮'), 'the public page names the party')
    await accessible(anybody, 'the check page')
    await anybody.context().close()
  },

  async 'another procedure is opened beside, and the whole file is one document'({ office }) {
    const page = await office.as('officer.ppxc1')
    await page.goto(`${office.base}/cases`)
    await page.locator('tr[data-row]').first().click()
    await page.locator('aside.pane a', { hasText: '整页' }).click()
    await page.waitForURL(/\/cases\/[0-9a-f-]{36}$/)
    await page.locator('[data-open-track] > summary').click()
    await page.locator('[data-openable="casework.preserve"] [data-step=ask]').click()
    await fill(page.getByRole('dialog'), { reason: '账册可能灭失，以后难以取得。' })
    await page.getByRole('dialog').locator('.el-drawer__footer .btn.primary').click()
    await page.locator('#s-tracks [data-track="casework.preserve"]', { hasText: '待批准' }).waitFor()
    const head = await office.as('head')
    await walk(head, new URL(page.url()).pathname)
    await head.locator('#s-tracks [data-track="casework.preserve"] [data-step]').first().waitFor()
    const [answer] = await Promise.all([page.waitForResponse(/volume\.pdf$/), page.locator('[data-volume]').click()])
    if (answer.status() === 422) await page.locator('[data-unbound] li').first().waitFor() // what the cover still misses
    else {
      assert.equal(answer.status(), 200)
      await page.locator('[data-bind]').click()
      await page.locator('[data-volume-seq="1"]', { hasText: '与现有文书一致' }).waitFor()
      assert.equal(await page.locator('[data-bind]').count(), 0, 'what has not changed is not bound again')
      const bound = await page.request.get(await page.locator('[data-volume-seq="1"] a').evaluate((a) => a.href))
      assert.match((await bound.body()).subarray(0, 5).toString(), /%PDF-/)
    }
    await page.locator('#s-papers tbody input[type=checkbox]').first().check()
    const print = await page.request.get(await page.locator('[data-print]').evaluate((a) => a.href))
    assert.equal(print.headers()['content-type'], 'application/pdf')
    await walk(page, '/deadlines?who=all')
    await page.locator('.day .item').first().waitFor()
  },

  async 'the bank pays by its file; what does not match is told'({ office }) {
    const page = await office.as('legal')
    await page.goto(`${office.base}/payments/import`)
    await page.setInputFiles('input[type=file]', { name: '回单.csv', mimeType: 'text/csv', buffer: Buffer.from(`决定书文号,金额,缴款日期,凭证号\n静城管大宁路罚决〔2026〕第99号,300,${today()},V99\n`) })
    await page.locator('[data-take]').click()
    await page.locator('[data-line=unmatched]', { hasText: '第99号' }).waitFor()
    await page.goto(`${office.base}/payments/files`)
    await page.locator('[data-file]').first().click()
    await page.locator('[data-line=unmatched]').waitFor()
  },

  async 'the legal section sets tiers for a matter; they hold from their day on'({ office }) {
    const page = await office.as('legal')
    await page.goto(`${office.base}/law/matters/WY-04/tiers`)
    await page.locator('[data-edit-tiers]').click()
    await page.locator('[data-high=ordinary]').fill('40000')
    await page.getByText(/重叠/).waitFor()
    await page.locator('[data-low=severe]').fill('40000')
    await page.locator('[data-source]').fill('静城管规〔2026〕1号')
    await page.locator('[data-save-tiers]').click()
    await page.locator('.versions', { hasText: '第 1 版' }).waitFor()
  },

  async 'the legal section confirms a matter that no decision could rest on'({ office }) {
    const page = await office.as('legal')
    await page.goto(`${office.base}/law/matters?`)
    await page.locator('[data-unconfirmed]').click()
    const line = page.locator('tr.line', { hasText: 'SR-02' })
    await line.getByRole('button', { name: '确认', exact: true }).click()
    await fill(page.getByRole('dialog'), { source: '上海市人大常委会公报 2022 年第七号', statute: '上海市市容环境卫生管理条例', article: 20, low: 500, high: 5000 })
    await page.getByRole('dialog').locator('.el-drawer__footer .btn.primary').click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await line.waitFor({ state: 'detached' })
  },

  async 'a legal reviewer finds without help why a decision cannot be issued, and what to do; then the head decides'({ office }) {
    const title = '胶州路某商铺占用共用部位案' // of the demonstration
    const page = await office.as('legal')
    await page.goto(office.base)
    const row = page.locator('a.item', { hasText: title })
    await row.getByText('法制审核通过').waitFor()
    await row.click() // the very step; she wants to read the file first
    await page.getByRole('dialog', { name: '法制审核通过' }).getByRole('button', { name: '取消' }).click()
    const gate = page.locator('[data-gate]')
    await gate.getByText('现在还不能“作出处罚决定”').waitFor()
    await gate.getByText('法制审核尚未通过').waitFor()
    const blocked = page.locator('[data-blocked=decide]:visible')
    await blocked.getByText('由局负责人办，现在等您').waitFor()
    await gate.locator('.cite').first().click()
    const article = page.getByRole('complementary', { name: '条文' })
    await article.getByText('第五十八条').first().waitFor()
    await accessible(page, 'a case whose decision waits for the review')
    await page.keyboard.press('Escape')
    await article.waitFor({ state: 'detached' })

    const head = await office.as('head') // he is told whom it waits for, and is offered nothing that would be refused
    await walk(head, new URL(page.url()).pathname)
    await head.locator('[data-gate]').getByText('由法制审核办“法制审核通过”').waitFor()
    assert.equal(await head.locator('[data-step=decide], [data-mend]').count(), 0)

    await office.as('legal')
    await gate.locator('[data-mend=pass_review]').click()
    const drawer = page.getByRole('dialog', { name: '法制审核通过' })
    await fill(drawer, { opinion: '主体适格、事实清楚、证据充分、程序合法、裁量适当，同意。' })
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await gate.getByText('条件已具备，等待局负责人“作出处罚决定”').waitFor()

    await office.as('head')
    await walk(head, '/')
    await head.locator('a.item', { hasText: title }).getByText('作出处罚决定').click()
    const decision = head.getByRole('dialog', { name: '作出处罚决定' })
    assert.equal(await decision.locator('[data-name=amount] input').inputValue(), '3000') // as the party was told
    await fill(decision, { opinion: '同意，作出处罚决定。' })
    await decision.locator('.el-drawer__footer .btn.primary').click()
    await head.locator('[data-paper="penalty.decision"]').waitFor()
  },

  async 'a row of My Work opens a step of a procedure beside'({ office }) {
    const page = await office.as('head')
    await walk(page, '/')
    await page.locator('a.item', { hasText: '余姚路某公司占用共用车库案' }).click()
    await page.getByRole('dialog', { name: '申请人民法院强制执行' }).waitFor()
    await page.keyboard.press('Escape')
  },

  async 'the width of a border is set, refused beyond reason, and set back'({ office }) {
    const admin = await office.as('admin')
    await walk(admin, '/system/settings')
    const form = admin.locator('[data-border]')
    const metres = form.locator('[data-metres]')
    await metres.waitFor()
    assert.equal(await metres.inputValue(), '50')
    await metres.fill('900')
    assert.ok(await form.locator('[data-save]').isDisabled())
    await metres.fill('120')
    await form.locator('[data-save]').click()
    await form.locator('[data-preset]').waitFor()
    await admin.reload()
    await metres.waitFor()
    assert.equal(await metres.inputValue(), '120')
    assert.match(await form.locator('[data-from]').innerText(), /静安区城市管理行政执法局/)
    await form.locator('[data-preset]').click()
    await form.locator('[data-preset]').waitFor({ state: 'detached' })
    assert.equal(await metres.inputValue(), '50')
    // Who may not change settings does not see them.
    const desk = await office.as('desk')
    await walk(desk, '/system/sessions')
    assert.equal(await desk.locator('a[href="/system/settings"]').count(), 0)
  },

  async 'the main pages are accessible and fit, wide and on a phone'({ office }) {
    const rooms = { 'leader.dnl': ['/', '/complaints', kept.complaint, '/cases', kept.case, '/map', '/law/statutes?cite=AP%2058(1)', '/recordings/keeping/missing', '/recordings/keeping/stats', '/recordings/keeping/holds', '/recordings/keeping/lists'], admin: ['/system/people', '/system/roles', '/system/keys', '/system/settings', '/system/jobs', '/system/status'], legal: ['/law/matters', '/law/matters/WY-04/tiers', '/payments', '/payments/files', '/deadlines?who=all'], 'officer.dnl1': [`${kept.case}/papers`, '/deadlines', '/recordings'] }
    for (const [login, paths] of Object.entries(rooms)) {
      const page = await office.as(login)
      // The phone in English, whose words are the longer ones.
      for (const [width, height, lang] of [[1440, 900, 'zh-CN'], [390, 844, 'en']]) {
        await page.setViewportSize({ width, height })
        await page.context().addCookies([{ name: 'jiexu_lang', value: lang, url: office.base }])
        await page.reload() // the language
        for (const path of paths) {
          await settled(page)
          await walk(page, path)
          await settled(page)
          await accessible(page, `${path} at ${width}`)
          await fits(page, `${path} at ${width}`)
        }
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.context().addCookies([{ name: 'jiexu_lang', value: 'zh-CN', url: office.base }])
      await page.reload()
      await settled(page)
    }
  },
}
