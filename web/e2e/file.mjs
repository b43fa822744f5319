// The stories of the case file on the mock: what blocks a decision, procedures beside it, papers, documents,
// discretion; and the deadlines, the payments and the office's tiers.
import assert from 'node:assert/strict'
import { accessible, fits, settled } from './page.mjs'

/** Draws a stroke as a finger or a mouse would. */
export async function draw(page, pad) {
  await pad.scrollIntoViewIfNeeded()
  const box = await pad.boundingBox()
  await page.mouse.move(box.x + 30, box.y + 60)
  await page.mouse.down()
  for (let i = 1; i < 20; i++) await page.mouse.move(box.x + 30 + i * 8, box.y + 60 + Math.sin(i) * 24)
  await page.mouse.up()
}

export const fileStories = {
  async 'what a decision still misses stands at the top of the file, with its articles'({ page, base }) {
    await page.goto(`${base}/cases/k0`)
    const gate = page.locator('[data-gate]')
    await gate.getByText('还没有通过法制审核。').waitFor()
    assert.equal(await gate.locator('li').count(), 2)
    await gate.getByRole('button', { name: '处罚法 62条' }).click()
    await page.getByRole('complementary', { name: '条文' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('#s-way .now', { hasText: '已告知' }).waitFor()
    assert.equal(await page.locator('#s-way [data-ahead]').count(), 4)
    await page.locator('[data-part=money]').click()
    await page.locator('#s-money').waitFor()
  },

  async 'a procedure runs beside: its step is taken, a blocked one says why, another is opened'({ page, base, sent }) {
    await page.goto(`${base}/cases/k0`)
    const track = page.locator('#s-tracks [data-track]').first()
    await track.locator('[data-blocked=extend] summary').click()
    await track.getByText('先行登记保存的期限不能延长').waitFor()
    await track.locator('[data-step=dispose]').click()
    const drawer = page.getByRole('dialog')
    assert.equal(await drawer.locator('[data-cell="0.0"]').inputValue(), '餐车')
    await drawer.getByText('退还', { exact: true }).click()
    await drawer.locator('.el-drawer__footer .btn.primary').click()
    await page.getByText('已办：作出处理决定').waitFor()
    assert.match(sent(/steps\/dispose$/)[0].url, /\/cases\/k0\/tracks\/t1\/steps\/dispose$/)
    assert.deepEqual(JSON.parse(sent(/steps\/dispose$/)[0].body).things, [{ name: '餐车', n: 1, state: '完好' }])
    const more = page.locator('[data-open-track]:visible')
    if (await more.count()) {
      await more.locator('> summary').click()
      await more.locator('[data-openable="casework.court"] summary').click()
      await more.getByText('复议和诉讼的期限还没有届满。').waitFor()
    }
  },

  async 'a record is written: rows by keyboard, the page beside it, a signature and a refusal'({ page, base, sent, wide }) {
    await page.goto(`${base}/cases/k0/papers`)
    await page.locator('[data-find]').fill('询问')
    await page.locator('[data-kind="record.inquiry"]').click()
    const box = (row, column) => page.locator(`[data-cell="${row}.${column}"]`)
    assert.equal(await box(0, 0).inputValue(), '这辆餐车是谁的？')
    if (wide) await page.locator('.preview canvas').first().waitFor()
    await page.locator('[data-issue]').click()
    await page.locator('.cell.invalid', { hasText: '请填写“答”。' }).waitFor()
    await box(0, 1).fill('我不知道')
    await box(0, 1).press('Alt+Enter')
    await page.keyboard.type('什么时候开始的？')
    await box(1, 1).fill('上周一。')
    await box(1, 1).press('Alt+Enter')
    await box(2, 0).press('Backspace') // an empty row goes again
    await box(2, 0).waitFor({ state: 'detached' })
    await page.locator('.field[data-name=sex] input').first().check()
    await page.locator('[data-add-sign=asked]').click()
    await page.locator('[data-sign=asked] [data-refuse]').click()
    await page.locator('[data-add-sign=officers]').click()
    await draw(page, page.locator('[data-sign=officers] canvas'))
    await page.locator('[data-issue]').click()
    await page.getByText('拒签，请写明姓名和理由').waitFor()
    await page.locator('[data-sign-reason]').fill('不认可笔录内容')
    await page.locator('[data-sign-witness]').fill('居委会干部王芳')
    await page.locator('[data-sign=asked] [data-sign-name]').fill('李卫东')
    await page.locator('[data-issue]').click()
    await page.locator('.cell.invalid', { hasText: '请写明具体回答。' }).waitFor() // the server's word stands at its cell
    await box(0, 1).fill('是我的。')
    await accessible(page, 'the writer')
    await fits(page, 'the writer')
    await page.locator('[data-issue]').click()
    await page.waitForURL(/cases\/k0$/)
    const body = JSON.parse(sent(/papers\/record\.inquiry$/).at(-1).body)
    assert.deepEqual(body.fields.questions, [{ question: '这辆餐车是谁的？', answer: '是我的。' }, { question: '什么时候开始的？', answer: '上周一。' }])
    assert.deepEqual(body.signatures.map((s) => [s.Who, s.Refused, s.Image.length > 100, s.Name]), [['asked', true, false, '李卫东'], ['officers', false, true, '张建国']])
    assert.ok(Buffer.from(body.signatures[1].Image, 'base64').subarray(1, 4).toString() === 'PNG')
    assert.ok(sent(/papers\/record\.inquiry\/preview$/).length < 12, 'a page for every key')
    await page.locator('#s-papers', { hasText: '询问（调查）笔录' }).waitFor()
  },

  async 'a document is served, another taken back, and several print together'({ page, base, sent }) {
    await page.goto(`${base}/cases/k4/papers?form=demand`)
    await page.locator('[data-issue]').click()
    await page.waitForURL(/cases\/k4$/)
    await page.locator('[data-serve=notice]').click()
    const form = page.getByRole('dialog')
    await form.locator('[data-field=receiver]').fill('李卫东（法定代表人）')
    await form.locator('.el-drawer__footer .btn.primary').click()
    await page.locator('[data-document=notice]', { hasText: '直接送达' }).waitFor()
    assert.equal(await page.locator('[data-serve=notice], [data-void=notice]').count(), 0, 'what is served is neither served nor taken back again')
    await page.locator('[data-void=decision]').click()
    await form.locator('textarea').fill('文号写错')
    await form.locator('.el-drawer__footer .btn.primary').click()
    await page.locator('[data-document=decision]', { hasText: '已作废' }).waitFor()
    const boxes = page.locator('#s-papers tbody input[type=checkbox]')
    await boxes.first().check()
    await boxes.nth(1).check()
    assert.match(await page.locator('[data-print]').getAttribute('href'), /\/api\/v1\/cases\/print\.pdf\?documents=[^&]+%2C[^&]+&both=true$/)
    assert.equal(JSON.parse(sent(/serve$/)[0].body).method, 'in_person')
    assert.equal(JSON.parse(sent(/void$/)[0].body).reason, '文号写错')
  },

  async 'each paper says which seal it bears, who put it on, and what an outside service proves'({ page, base, wide }) {
    await page.goto(`${base}/cases/k4`)
    await page.locator('[data-document=notice] [data-sealed=picture]', { hasText: '公章（登记第 3 号）' }).waitFor()
    await page.locator('[data-document=decision] [data-sealed=service]', { hasText: 'esign:7f20' }).waitFor()
    await page.locator('[data-paper=decision]').click()
    const shown = page.getByRole('dialog')
    await shown.locator('[data-sealed=service]', { hasText: '周明 制发时加盖' }).waitFor()
    assert.match(await shown.locator('[data-seal-proof]').getAttribute('href'), /\/cases\/k4\/documents\/doc2\.seal$/)
    if (wide) await accessible(page, 'a paper and its seal')
    await page.keyboard.press('Escape')
    await page.locator('[data-paper=notice]').click()
    await shown.getByText('上海市静安区城市管理行政执法局').waitFor()
    assert.equal(await shown.locator('[data-seal-proof]').count(), 0, 'a picture has no proof of its own')
  },

  async 'a fine is seen among its tiers while it is typed; a circumstance moves the proposal'({ page, base, sent, wide }) {
    await page.goto(`${base}/cases/k0?step=report`)
    const drawer = page.getByRole('dialog')
    await drawer.locator('[data-field=amount]').fill('100')
    await drawer.getByText('100 元属“从轻处罚”，与建议一致').waitFor()
    await drawer.locator('[data-field=amount]').fill('400')
    await drawer.getByText('400 元属“从重处罚”，本案情节不允许').waitFor()
    await drawer.locator('[data-field=amount]').fill('9000')
    await drawer.getByText('超出法定幅度').waitFor()
    await drawer.getByRole('button', { name: '取消' }).click()
    await drawer.waitFor({ state: 'hidden' })
    await page.locator('[data-add=circumstances]').click()
    const pick = page.getByRole('dialog')
    const severe = pick.locator('[data-circumstance=refused_to_stop]')
    assert.ok(await severe.isDisabled(), 'two that exclude each other')
    await pick.locator('[data-circumstance=eliminated_harm]').uncheck()
    await severe.check()
    await pick.locator('.el-drawer__footer .btn.primary').click()
    await page.locator('#s-discretion tr.proposed', { hasText: '从重处罚' }).waitFor()
    assert.deepEqual(JSON.parse(sent(/cases\/k0$/)[0].body).circumstances, ['refused_to_stop'])
    if (wide) await page.locator('#s-similar .dots i').first().waitFor()
  },

  async 'the deadlines of a month: days off are marked, a day opens, the address keeps the choice'({ page, base, wide }) {
    await page.goto(`${base}/deadlines?month=2026-10&who=all`)
    await page.locator('.day .off').first().waitFor()
    assert.ok(await page.locator('.day i.off').count() >= 7)
    assert.ok(await page.locator('.day i.make_up').count() >= 1)
    await page.getByRole('button', { name: '本月' }).click()
    await page.waitForURL((u) => !u.searchParams.get('month'))
    await page.locator('.day.today [data-day]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('[data-day][aria-pressed=true]').waitFor()
    if (wide) assert.ok(await page.locator('.day .item').count() > 5)
    await page.locator('[data-list]').click()
    await page.waitForURL(/view=list/)
    await page.locator('[data-deadline]').first().waitFor()
    await page.locator('details.changes summary').click()
    await page.getByText('2027-02-22').waitFor()
    await accessible(page, 'the list of deadlines')
    await fits(page, 'the list of deadlines')
  },

  async 'the bank pays by its file, and what does not match is told; arrears say what they are ripe for'({ page, base }) {
    await page.goto(`${base}/payments/import`)
    await page.setInputFiles('input[type=file]', { name: '回单.csv', mimeType: 'text/csv', buffer: Buffer.from('决定书文号,金额\n') })
    await page.locator('[data-take]').click()
    await page.locator('[data-line=unmatched]', { hasText: '没有这份决定书' }).waitFor()
    await page.goto(`${base}/payments/files`)
    await page.locator('[data-file]').first().click()
    await page.locator('[data-line=matched]').waitFor()
    await page.goto(`${base}/payments`)
    await page.locator('[data-ripe=court]').click()
    assert.equal(await page.locator('tbody tr').count(), 1)
    await accessible(page, 'arrears')
  },

  async 'the legal section sets tiers; a gap is told while it is typed'({ page, base, sent }) {
    await page.goto(`${base}/law/matters/SR-01/tiers`)
    await settled(page)
    await page.locator('[data-party]').selectOption('person')
    await page.locator('[data-edit-tiers]').click()
    await page.locator('[data-low=severe]').fill('400')
    await page.getByText('与前一阶次之间空了').waitFor()
    assert.ok(await page.locator('[data-save-tiers]').isDisabled())
    await page.locator('[data-high=ordinary]').fill('400')
    await page.locator('[data-source]').fill('静城管规〔2026〕1号')
    await accessible(page, 'tiers')
    await page.locator('[data-save-tiers]').click()
    await page.locator('.versions', { hasText: '第 1 版' }).waitFor()
    assert.equal(JSON.parse(sent(/tiers$/)[0].body).tiers.find((x) => x.code === 'severe').low, 400)
  },
}
