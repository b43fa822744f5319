// The thick file of the made-up district: what runs beside a case, its discretion and money, the forms that may be
// written for it, its whole way, cases like it; the deadlines of a month, the bank's files and the arrears.
const DAY = 86_400_000
const civil = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
const field = (name, label, type, more = {}) => ({ name, label, type, required: false, ...more })
const choice = (step, title, more = {}) => ({ step, title, allowed: true, mine: true, reasons: [], cites: [], fields: [], ...more })
const tier = (code, title, titleEn, low, high, conditions = []) => ({ code, title, titleEn, low, high, conditions })
const tiers = [tier('none', '不予处罚', 'No penalty', 0, 0, ['slight_corrected_harmless']), tier('mitigated', '减轻处罚', 'Mitigated', 1, 49), tier('lenient', '从轻处罚', 'Lenient', 50, 185, ['eliminated_harm']), tier('ordinary', '一般处罚', 'Ordinary', 185, 365), tier('severe', '从重处罚', 'Severe', 365, 500, ['refused_to_stop'])]
const circumstances = [['slight_corrected_harmless', '违法行为轻微并及时改正，没有造成危害后果', 'Slight, corrected in time, without harm', 'must_not_punish', 'AP 33(1)', ['refused_to_stop']], ['under_14', '不满十四周岁', 'Under the age of 14', 'must_not_punish', 'AP 30', []], ['eliminated_harm', '主动消除或者减轻违法行为危害后果', 'Took the initiative to undo or lessen the harm', 'must_reduce', 'AP 32(1.1)', ['refused_to_stop']], ['refused_to_stop', '经制止或者责令改正仍不停止', 'Went on after being told to stop', 'aggravates', 'AP 5(2)', []]]
  .map(([code, title, titleEn, effect, cite, excludes]) => ({ code, title, titleEn, effect, cite, excludes, person: code === 'under_14', confirmed: effect !== 'aggravates' }))
const held = (k) => circumstances.filter((c) => (k.circumstances ?? ['eliminated_harm']).includes(c.code))

function discretion(k) {
  const list = held(k)
  const severe = list.some((c) => c.effect === 'aggravates')
  return { known: true, low: 50, high: 500, grades: [], tiers, own: false, circumstances: list, proposed: tiers[list.length ? (severe ? 4 : 2) : 3], allowed: severe ? ['ordinary', 'severe'] : list.length ? ['mitigated', 'lenient'] : ['lenient', 'ordinary', 'severe'],
    reasons: list.map((c) => ({ circumstance: c, cite: c.cite, text: `${c.title}，应当从轻或者减轻（处罚法 第三十二条）`, textEn: `${c.titleEn}: the penalty must be lenient or mitigated (Penalty Law art. 32)` })) }
}
function money(k) {
  if (k.decidedYuan == null) return { fine: 0, paidFine: 0, surcharge: 0, paidSurcharge: 0, waived: false, payments: [], paused: [], outstanding: 0 }
  const from = new Date(Date.now() - 6 * DAY).toISOString()
  return { fine: 300, paidFine: 100, payBy: civil(Date.now() - 9 * DAY), surcharge: 4500, paidSurcharge: 0, waived: false, outstanding: 24_500, payments: [{ on: civil(Date.now() - 12 * DAY), yuan: 100, surcharge: 0, voucher: '工行 2026110900018', cash: false }], paused: [{ from, to: new Date(Date.now() - 2 * DAY).toISOString(), basis: 'AP 73(1)' }] }
}
const preserve = (more) => ({ procedure: 'casework.preserve', title: '先行登记保存', clocks: [], ...more })
function tracks(k) {
  if (k.id !== 'k0') return []
  return [
    preserve({ id: 't1', state: 'kept', stateTitle: '已登记保存', openedAt: new Date(Date.now() - 3 * DAY).toISOString(), clocks: ['statement'], choices: [
      choice('dispose', '作出处理决定', { cites: ['AP 56'], preview: true, issues: 'preservation.disposal', fields: [field('what', '处理决定', 'select', { required: true, options: [['return', '退还'], ['seize', '转扣押']].map(([value, label]) => ({ value, label })) }), field('things', '物品清单', 'rows', { required: true, columns: [field('name', '名称', 'text', { required: true }), field('n', '数量', 'number', { required: true }), field('state', '状态', 'text')], value: [{ name: '餐车', n: 1, state: '完好' }] })] }),
      choice('extend', '延长保存', { allowed: false, reasons: [{ code: 'need.x', text: '先行登记保存的期限不能延长，七个工作日内必须作出处理决定。', cites: ['AP 56'] }] }), choice('approve', '批准', { mine: false, allowed: false, reasons: [{ code: 'need.y', text: '已经批准过了。', cites: [] }] })] }),
    preserve({ id: 't0', state: 'returned', stateTitle: '已退还', openedAt: new Date(Date.now() - 20 * DAY).toISOString(), endedAt: new Date(Date.now() - 15 * DAY).toISOString(), choices: [] }),
  ]
}
const openable = (k) => (k.state === 'archived' ? [] : [
  { id: 'casework.seizure', procedure: 'casework.seizure', title: '查封、扣押', state: 'asked', stateTitle: '待批准', clocks: [], choices: [choice('ask', '申请扣押', { cites: ['AC 18'], fields: [field('reason', '理由', 'longtext', { required: true })] })] },
  { id: 'casework.court', procedure: 'casework.court', title: '申请法院强制执行', state: 'asked', stateTitle: '待催告', clocks: [], choices: [choice('demand', '催告', { allowed: false, reasons: [{ code: 'need.remedy', text: '复议和诉讼的期限还没有届满。', cites: ['AC 53', 'AC 54'] }] })] },
])

const text = (name, label, more) => field(name, label, 'text', { required: true, max: 200, ...more })
const papers = (k) => [
  { kind: 'record.inspection', title: '现场检查（勘验）笔录', stage: '调查取证', cites: ['AP 42(1)'], signs: [['party', '当事人'], ['officers', '执法人员']].map(([value, label]) => ({ value, label })), fields: [field('started', '开始时间', 'datetime', { required: true, value: new Date().toISOString() }), text('place', '检查地点', { value: k.actPlace }), field('observed', '检查情况', 'longtext', { required: true, max: 5000, value: k.findings })] },
  { kind: 'record.inquiry', title: '询问（调查）笔录', stage: '调查取证', cites: ['AP 55(1)', 'AP 55(2)'], signs: [['asked', '被询问人'], ['officers', '执法人员']].map(([value, label]) => ({ value, label })), fields: [text('name', '被询问人姓名', { value: '李卫东' }), field('sex', '性别', 'select', { required: true, options: [['m', '男'], ['f', '女']].map(([value, label]) => ({ value, label })) }), field('times', '第几次询问', 'number', { value: 1 }),
    field('questions', '询问内容', 'rows', { required: true, max: 200, columns: [field('question', '问', 'longtext', { required: true }), field('answer', '答', 'longtext', { required: true })], value: [{ question: '这辆餐车是谁的？' }] })] },
  { kind: 'service.receipt', title: '送达回证', stage: '送达', cites: ['AP 61(1)', 'CP 87'], signs: [{ value: 'recipient', label: '受送达人' }], fields: [text('to', '受送达人')] },
  { kind: 'demand', title: '履行行政决定催告书', stage: '执行', cites: ['AC 35'], signs: [], fields: [field('days', '履行期限（日）', 'number', { required: true, value: 10 })] },
]

/** A case with what its page shows beside what every list knows. */
export const thick = (k) => ({ ...k, procedure: { id: 'casework.penalty.ordinary', name: '行政处罚普通程序' }, discretion: discretion(k), money: money(k), tracks: tracks(k), openable: openable(k) })

/** The answers of these parts; find gives a matter by its id. */
export function answersOf({ cases, complaints, find, Refusal }) {
  const files = []
  const tables = []
  const deadline = (type, x, c, waits = false) => ({ type, id: x.id, number: x.number, title: x.title, unitName: x.unit.name, clock: c.code, clockTitle: c.title, dueDate: c.dueDate, level: c.level, leftText: c.leftText, provisional: c.provisional, waits })
  const touch = (k) => ({ id: k.id, number: k.number, state: k.state, rev: ++k.rev })
  return {
    'PATCH /cases/:id': ({ id, body }) => { const k = find(cases, id); Object.assign(k, body); return touch(k) },
    'GET /cases/:id/similar': ({ id }) => { const list = cases.filter((k) => k.id !== id && k.decidedYuan != null).slice(0, 8).map((k, i) => ({ id: k.id, number: k.number, title: k.title, unitName: k.unit.name, actDate: k.actDate, decidedOn: civil(Date.now() - i * 9 * DAY), yuan: 100 + i * 50, tier: i < 2 ? 'lenient' : i < 6 ? 'ordinary' : 'severe' })); return { items: list, count: list.length, low: 100, median: 275, high: 450 } },
    'GET /cases/:id/explain': ({ id }) => { const k = find(cases, id); return { number: k.number, title: k.title, procedure: '行政处罚普通程序', state: k.state, stateTitle: k.stateTitle, past: k.timeline, ahead: k.state === 'archived' ? [] : [
      { step: 'decide', title: '作出处罚决定', to: '已决定', by: ['head'], byTitle: ['局负责人'], dueDate: civil(Date.now() + 40 * DAY), cites: ['AP 57'], reasons: [{ code: 'need.defence_over', text: '陈述申辩期限未满，当事人也未书面放弃。', cites: ['AP 45', 'AP 62'] }, { code: 'need.legal_review', text: '还没有通过法制审核。', cites: ['AP 58(1)'] }] },
      { step: 'serve', title: '送达决定书', to: '已送达', by: ['officer'], byTitle: ['执法队员'], cites: ['AP 61'], reasons: [] }, { step: 'pay', title: '缴纳罚款', to: '已缴清', by: ['officer'], byTitle: ['执法队员'], cites: ['AP 67'], reasons: [] }, { step: 'archive', title: '归档', to: '已归档', by: ['legal'], byTitle: ['法制审核'], cites: ['AP 47'], reasons: [] }] } },
    'GET /cases/:id/papers': ({ id }) => ({ items: papers(find(cases, id)) }),
    'POST /cases/:id/papers/:kind': ({ id, kind, body }) => {
      const k = find(cases, id)
      const rows = body.fields?.questions ?? []
      const bad = rows.findIndex((r) => /不知道/.test(r.answer ?? ''))
      if (bad >= 0) throw new Refusal(422, 'procedure.fields', '有内容需要更正，其余已保留。', [{ name: `questions.${bad}.answer`, code: 'x', detail: '请写明具体回答。' }])
      k.documents = [...k.documents, { id: `p${k.documents.length}`, kind, number: `${k.number}-${k.documents.length + 1}`, title: papers(k).find((p) => p.kind === kind).title, sha256: '00'.repeat(32), checkCode: 'K7QM', issuedAt: new Date().toISOString(), entry: 'e', size: 1000 }]
      return { ...touch(k), signatures: body.signatures?.length }
    },
    'POST /cases/:id/documents/:document/serve': ({ id, document, body }) => { const k = find(cases, id); Object.assign(k.documents.find((d) => d.id === document), { servedOn: body.servedOn, servedBy: body.method }); return touch(k) },
    'POST /cases/:id/documents/:document/void': ({ id, document, body }) => { const k = find(cases, id); Object.assign(k.documents.find((d) => d.id === document), { voidAt: new Date().toISOString(), voidReason: body.reason }); return touch(k) },
    'POST /cases/:id/tracks/:track/steps/:step': ({ id }) => touch(find(cases, id)),
    'GET /law/circumstances': () => ({ items: circumstances }),
    'GET /law/matters/:code/tiers': () => ({ items: tables }),
    'POST /law/matters/:code/tiers': ({ code, body }) => { tables.unshift({ matter: `${code}@${body.matterFrom}`, party: body.party, grade: body.grade ?? '', version: body.version + 1, tiers: body.tiers, validFrom: body.validFrom, source: body.source, setAt: new Date().toISOString(), setBy: '沈雯' }) },
    'GET /deadlines': ({ q }) => { const inside = (d) => d.dueDate >= q.get('from') && d.dueDate <= q.get('to'); return { items: [...cases.flatMap((k) => k.clocks.map((c) => deadline('case', k, c, c.code === 'statement'))), ...complaints.flatMap((c) => c.clocks.map((x) => deadline('complaint', c, x)))].filter(inside).filter((d, i) => !q.get('mine') || i % 4 === 0).sort((a, b) => (a.dueDate < b.dueDate ? -1 : 1)) } },
    'GET /law/calendar/changes': () => ({ items: [{ id: 'x1', at: new Date().toISOString(), clock: 'ninety_days', clockTitle: '办案期限', matter: 'k0', type: 'case', unit: 'sq0', old: '2027-02-12', new: '2027-02-22', year: '2027' }] }),
    'GET /payments/arrears': () => ({ items: cases.filter((k) => k.decidedYuan != null).slice(0, 6).map((k, i) => ({ id: k.id, number: k.number, title: k.title, unitName: k.unit.name, party: k.party, fine: 300, outstanding: 30_000 + i * 900, payBy: civil(Date.now() - (i * 50 + 3) * DAY), daysLate: i * 50 + 3, ripe: ['', '', 'demand', 'demand', 'court', 'late'][i], ripeUntil: i === 4 ? civil(Date.now() + 30 * DAY) : undefined })) }),
    'GET /payments/files': () => ({ items: files.map((f) => ({ id: f.file, name: f.name, at: f.at, by: '沈雯', matched: f.matched.length, unmatched: f.unmatched.length })) }),
    'GET /payments/files/:id': ({ id }) => files.find((f) => f.file === id),
    'POST /payments/import': () => { const f = { file: `f${files.length}`, name: '回单.csv', at: new Date().toISOString(), matched: [{ line: 2, number: '静城管大宁路罚〔2026〕第3号', fen: 30_000, outcome: 'paid', paidOn: civil(Date.now()), voucher: 'V1', case: 'k4' }], unmatched: [{ line: 3, number: '静城管大宁路罚〔2026〕第99号', fen: 5000, outcome: 'bank.no_decision', reason: '没有这份决定书，请核对文号。', paidOn: civil(Date.now()), voucher: 'V2' }] }; files.unshift(f); return f },
  }
}
