// A stand-in for the server, for developing the console alone: node dev/mock.mjs [port]. It keeps what
// is done in memory, serves the build under the server's content policy, and can be told to misbehave:
// POST /mock {"next":"changed"|"slow"} spoils the next command.
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { answersOf, thick } from './file.mjs'
import { caseChoices, complaintChoices } from './steps.mjs'

// import('./mock.mjs?second') is a second office, with data of its own.
const { areas, base, cases, channelTitles, clock, kindTitles, complaints, people, squads, units } = await import('./data.mjs' + new URL(import.meta.url).search)
const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; frame-src 'self'; frame-ancestors 'self'"
const permissions = ['session.self', 'work.read', 'search.use', 'map.read', 'law.read', 'law.confirm', 'intake.read', 'intake.register', 'intake.export', 'intake.contact', 'casework.read', 'casework.export', 'casework.open', 'casework.serve', 'casework.amend', 'casework.reconcile', 'casework.tiers', 'evidence.read', 'evidence.add', 'org.read', 'org.people', 'org.keys', 'system.status', 'system.jobs', 'system.refusals', 'ledger.read', 'ledger.prove']
const demoLogins = [['desk', '诉件受理', '周敏', '诉件受理中心'], ['leader', '中队长', '张建国', '大宁路中队'], ['officer', '执法队员', '李敏', '大宁路中队'], ['auxiliary', '辅助人员', '吴倩', '大宁路中队'], ['legal', '法制审核', '沈雯', '法制科'], ['head', '局负责人', '陈立', '静安区城管执法局'], ['inspector', '督察', '郭涛', '督察科'], ['appraiser', '考核', '钱玉', '考核科'], ['planner', '勤务', '孙立', '勤务科'], ['admin', '系统管理', '何平', '静安区城管执法局'], ['auditor', '审计', '冯洁', '静安区城管执法局'], ['dept.fg', '协作部门', '陆军', '静安区住房保障和房屋管理局'], ['community.jas', '居委会', '蒋芳', '静安寺街道居民委员会']].map(([login, role, name, unit]) => ({ login, password: 'demo-2026', role, name, unit }))
let me = null
let must = false
let spoil = ''
const streams = new Set()
const media = new Map()
const done = new Map()

function png(width, height, paint) {
  const crcTable = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0 })
  const crc = (b) => { let c = 0xffffffff; for (const x of b) c = crcTable[(c ^ x) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0 }
  const chunk = (type, body) => { const b = Buffer.alloc(body.length + 12); b.writeUInt32BE(body.length); b.write(type, 4); body.copy(b, 8); b.writeUInt32BE(crc(b.subarray(4, 8 + body.length)), 8 + body.length); return b }
  const head = Buffer.alloc(13); head.writeUInt32BE(width); head.writeUInt32BE(height, 4); head[8] = 8; head[9] = 2
  const raw = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) paint(x / width, y / height).forEach((v, i) => { raw[y * (width * 3 + 1) + 1 + x * 3 + i] = v })
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))])
}
const photos = [[196, 178, 150], [150, 170, 186], [168, 184, 150]].map((ground) => png(320, 240, (x, y) => (y < 0.45 ? [206 - y * 60, 218 - y * 40, 226] : Math.abs(x - 0.45) < 0.16 && y > 0.5 && y < 0.8 ? [172, 60, 44] : ground.map((v) => v - y * 50))))
const row = (id, name) => ({ id, name, type: 'image/png', size: 81_234, sha256: '5ad0c7'.repeat(10) + 'beef', note: name, at: new Date(Date.now() - 7_200_000).toISOString(), byName: '李敏', entry: '018f-entry-m' })
const mediaOf = (subject) => media.get(subject) ?? media.set(subject, [row('m0', '到场全景'), row('m1', '餐车占道'), row('m2', '整改后')]).get(subject)
const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj\n4 0 obj<</Length 58>>stream\nBT /F 20 Tf 140 700 Td (Notice of intended penalty) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n')

class Refusal extends Error { constructor(status, code, detail, fields = []) { super(code); Object.assign(this, { status, code, detail, fields }) } }
const page = (list, q, match) => {
  const all = list.filter(match)
  const start = Number(q.get('cursor') || 0)
  const limit = Number(q.get('limit') || 50)
  return { items: all.slice(start, start + limit), next: start + limit < all.length ? String(start + limit) : '' }
}
const wanted = (q) => (x) => ['state', 'channel', 'kind'].every((n) => !q.get(n) || q.get(n).split(',').includes(x[n])) && (!q.get('unit') || q.get('unit').split(',').includes(x.unit.id)) && (!q.get('q') || (x.title + x.number + (x.address ?? '')).includes(q.get('q'))) && (!q.get('overdue') || (x.due?.level === 'red'))
const find = (list, id) => list.find((x) => x.id === id) ?? (() => { throw new Refusal(404, 'not_found', '没有这件记录，或者您无权查看。') })()
const public_ = ({ real: _, ...c }) => c
const work = (x, system, step, stepTitle) => ({ system, id: x.id, number: x.number, title: x.title, state: x.state, stateTitle: x.stateTitle, step, stepTitle, unitName: x.unit.name, clock: x.clocks[0], at: x.receivedAt ?? x.openedAt })
const article = (cite) => ({ cite, statute: '中华人民共和国行政处罚法', number: Number(/\d+/.exec(cite)[0]), label: `第${/\d+/.exec(cite)[0]}条`, headings: ['第五章 行政处罚的决定', '第三节 普通程序'], version: '2021-01-22', from: '2021-07-15', marked: Number(/\((\d)\)/.exec(cite)?.[1] ?? 0), paragraphs: [{ text: '行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。法律、法规、规章另有规定的，从其规定。', items: [] }, { text: '有下列情形之一，在行政机关负责人作出行政处罚的决定之前，应当由从事行政处罚决定法制审核的人员进行法制审核；未经法制审核或者审核未通过的，不得作出决定：', items: ['（一）涉及重大公共利益的；', '（二）直接关系当事人或者第三人重大权益，经过听证程序的；'] }] })
const holidays = (year) => JSON.parse(readFileSync(new URL(`../../data/holidays/${year}.json`, import.meta.url), 'utf8')).days.map((d) => ({ date: d.date, kind: d.isOffDay ? 'holiday' : 'make_up', holiday: d.name }))

const keys = [['key0', '彭浦某物业报修小程序', true, 3e6], ['key1', '大宁路街道网站', false, 0]].map(([id, name, valid, used]) => ({ id, name, unit: { id: 'bureau', name: '静安区城市管理行政执法局' }, hint: 'jx_7fk2m', rights: ['open311.report'], rate: 60, expires: valid ? '2027-12-31' : '2026-01-31', issuedAt: new Date(Date.now() - 9e9).toISOString(), used: used ? new Date(Date.now() - used).toISOString() : undefined, valid }))

const answers = {
  'GET /session': () => ({ person: me, units: me ? [{ id: 'sq6', name: '大宁路中队' }, { id: 'sq7', name: '彭浦镇中队' }] : [], roles: me ? [{ code: 'officer', title: '执法队员' }] : [], permissions: me ? permissions : [], csrf: 'x', demo: true, demoLogins: me ? undefined : demoLogins, lang: 'zh-CN', mustChangePassword: must }),
  'POST /session': ({ body }) => { if (body.password !== 'demo-2026' && body.password !== 'first') throw new Refusal(401, 'org.sign_in', '登录名或密码不对。再错 3 次将暂停登录 1 分钟。'); must = body.password === 'first'; me = { id: 'me', name: demoLogins.find((d) => d.login === body.login)?.name ?? '李敏', login: body.login, certificate: '3101062307' }; return answers['GET /session']() },
  'DELETE /session': () => { me = null },
  'POST /session/password': () => { must = false },
  'GET /sessions': () => ({ items: [{ id: 's1', createdAt: new Date().toISOString(), lastSeen: new Date().toISOString(), device: 'Chrome · Windows', address: '10.1.2.3', current: true }, { id: 's2', createdAt: new Date(Date.now() - 2e8).toISOString(), lastSeen: new Date(Date.now() - 9e7).toISOString(), device: 'Safari · iPhone', address: '10.1.7.44', current: false }] }),
  'GET /org/units': () => ({ items: units }),
  'GET /org/people': ({ q }) => ({ items: people.filter((p) => !q.get('unit') || q.get('unit') === 'bureau' || p.unit === q.get('unit')), next: '' }),
  'GET /org/roles': () => ({ items: demoLogins.map((d, i) => ({ code: d.login, title: d.role, about: d.role, permissions: permissions.filter((_, k) => (k * 7 + i * 3) % 5 > 1) })) }),
  'POST /org/people': ({ body }) => ({ ...body, password: 'ABCD-EFGH-JKLM' }),
  'GET /work': () => { const of = (level) => complaints.filter((c) => c.due?.level === level && c.state !== 'closed'); const groups = [{ code: 'overdue', items: of('red').slice(0, 3).map((c) => work(c, 'complaint', 'handle', '记录现场处置')) }, { code: 'due_today', items: of('amber').slice(0, 4).map((c) => work({ ...c, clocks: [clock('reply', '答复期限', Date.now(), 5, ['SH 26(2)'])] }, 'complaint', 'handle', '记录现场处置')) }, { code: 'waiting', items: [...cases.slice(0, 4).map((k) => work(k, 'case', 'report', '提交法制审核')), ...of('ok').slice(0, 3).map((c) => work(c, 'complaint', 'assign', '改派队员'))] }, { code: 'new', items: complaints.slice(0, 5).map((c) => work(c, 'complaint', '', '')) }]; return { groups, counts: Object.fromEntries(groups.map((g) => [g.code, g.items.length])) } },
  'GET /complaints': ({ q }) => { const p = page(complaints, q, wanted(q)); return { ...p, items: p.items.map(public_) } },
  'POST /complaints/search': ({ body }) => { const q = new URLSearchParams(Object.entries(body).map(([k, v]) => [k, String(v)])); const p = page(complaints, q, wanted(q)); return { ...p, items: p.items.map(public_) } },
  'GET /intake/views': () => ({ items: [] }),
  'GET /complaints/codes': () => ({ channel: Object.entries(channelTitles).map(([value, label]) => ({ value, label })), kind: Object.entries(kindTitles).map(([value, label]) => ({ value, label })), state: [...new Map(complaints.map((c) => [c.state, c.stateTitle]))].map(([value, label]) => ({ value, label })) }),
  'GET /cases/codes': () => ({ state: [...new Map(cases.map((c) => [c.state, c.stateTitle]))].map(([value, label]) => ({ value, label })) }),
  'GET /complaints/:id': ({ id }) => { const c = find(complaints, id); return { ...public_(c), choices: complaintChoices(c) } },
  'POST /complaints': ({ body }) => { if (body.phone === '1') throw new Refusal(422, 'form', '有内容需要更正，其余已保留。', [{ name: 'phone', code: 'x', detail: '电话号码位数不对。' }]); complaints.unshift({ ...complaints[0], id: `n${complaints.length}`, number: '静诉〔2026〕1161号', ...body, contact: null }); return { id: complaints[0].id, number: complaints[0].number, state: 'registered', rev: 1 } },
  'POST /complaints/locate': ({ body }) => { if (body.lon) return { items: [{ ...body, name: '大宁路街道', areaName: '大宁路街道', within: 0, confidence: 1, matched: [], why: '坐标在该街道范围内', unit: { id: 'sq6', name: '大宁路中队' } }] }; return { items: squads.slice(4, 7).map((s, i) => ({ lon: s.lon, lat: s.lat, within: 30 + i * 180, areaName: s.street, name: ['共和新路延长路路口', '延长路 149 号', '大宁小区'][i], confidence: 0.9 - i / 4, matched: [['共和新路', '延长路'], ['延长路 149 号'], ['大宁']][i], why: ['两条路的交叉口', '道路与门牌', '小区名'][i], unit: { id: s.unit, name: s.name } })) } },
  'POST /complaints/:id/contact': ({ id }) => find(complaints, id).real,
  'POST /complaints/:id/steps/:step': ({ id, rev, body }) => { const c = find(complaints, id); if (rev !== `"${c.rev}"`) throw new Refusal(409, 'changed_meanwhile', '李敏在 1 分钟前更新了这件诉件。您填写的内容还在，请载入最新内容后再提交。'); if (!body.text && body.outcome) throw new Refusal(422, 'form', '有内容需要更正。', [{ name: 'text', code: 'x', detail: '请写明处置经过。' }]); c.rev++; c.timeline.push({ at: new Date().toISOString(), title: '记录现场处置', actorName: me.name, unitName: c.unit.name, lines: [{ label: '处置经过', value: body.text ?? '' }], cites: [], entry: `018f-entry-${Date.now()}` }); c.state = 'handled'; c.stateTitle = '已处置'; tell(`complaint:${id}`); return { id, number: c.number, state: c.state, rev: c.rev } },
  'GET /cases': ({ q }) => { const p = page(cases, q, wanted(q)); return { ...p, items: p.items.map((k) => ({ ...k, matter: k.matter.code })) } },
  'GET /cases/:id': ({ id }) => { const k = find(cases, id); return { ...thick(k), choices: caseChoices(k) } },
  'POST /cases': () => ({ id: 'k1', number: '', state: 'opened', rev: 1 }),
  'POST /cases/:id/parties': ({ body }) => { if (body.idCode?.length < 18) throw new Refusal(422, 'form', '有内容需要更正。', [{ name: 'idCode', code: 'party.id_checksum', detail: '身份证号校验码不对，请对照证件再输一遍。' }]); return { id: 'k1', rev: 8 } },
  'POST /cases/:id/evidence': ({ id, body }) => { const k = find(cases, id); k.evidence.push({ id: String(k.evidence.length), seq: k.evidence.length + 1, ...body }); return { id, rev: k.rev } },
  'POST /cases/:id/steps/:step': ({ id }) => ({ id, rev: ++find(cases, id).rev }),
  'GET /media': ({ q }) => ({ items: mediaOf(q.get('subject')) }),
  'POST /media': ({ q }) => { const m = row(`m${Date.now() % 3}`, '新上传'); m.id = `m${media.size % 3}`; mediaOf(q.get('subject')).push({ ...m }); return m },
  'GET /law/statutes': () => ({ items: [['AP', '中华人民共和国行政处罚法', '2021-01-22', 86], ['AC', '中华人民共和国行政强制法', '2011-06-30', 71], ['SH', '上海市城市管理行政执法条例', '2018-05-24', 48], ['SA', '上海市市容环境卫生管理条例', '2018-12-20', 60], ['SB', '上海市拆除违法建筑若干规定', '2018-05-24', 26]].map(([code, title, version, n]) => ({ code, title, titleEn: '', version, from: version, to: code === 'SA' ? '2022-11-30' : '', articles: Array.from({ length: n }, (_, i) => i + 1) })) }),
  'GET /law/articles/:id': ({ id }) => article(id),
  'GET /law/matters': ({ q }) => ({ items: Array.from({ length: 14 }, (_, i) => ({ code: `SR-${String(i + 1).padStart(2, '0')}`, name: '', title: ['占用道路、桥梁等公共场所设摊经营、兜售物品', '擅自占道堆物', '擅自设置户外广告设施', '擅自搭建建筑物、构筑物', '未按规定分类投放生活垃圾'][i % 5], department: '绿化市容', forbids: 'SA 25(2)', penalty: 'SA 25(2)', formula: 'range', person: { min: 50, max: 500 }, organisation: i % 2 ? { min: 500, max: 5000 } : null, correctFirst: i % 2 === 0, decidable: i % 3 > 0, source: '上海市市容环境卫生管理条例', validFrom: '2018-12-20', validTo: '', note: '', card: { looks: '摊位占用的位置和面积', ask: '何时开始、有无批准', record: '全景、近景、丈量各一张', write: '写明地点、面积、物品' } })).filter((m) => !q.get('q') || (m.code + m.title).includes(q.get('q'))) }),
  'POST /law/matters/:id/confirm': () => undefined,
  'GET /law/calendar': ({ q }) => { const year = Number(q.get('year')); try { return { year, published: true, version: 'holiday-cn 2026-11', days: holidays(year) } } catch { return { year, published: false, version: 'holiday-cn 2026-11', days: [] } } },
  'GET /map/areas': () => areas,
  'GET /map/base': () => base,
  'GET /map/counts': () => ({ items: squads.map((s) => { const mine = complaints.filter((c) => c.unit.id === s.unit && c.state !== 'closed'); return { ...s, open: mine.length, overdue: mine.filter((c) => c.due?.level === 'red').length, newToday: mine.filter((c) => Date.now() - Date.parse(c.receivedAt) < 8.64e7).length, cases: cases.filter((k) => k.unit.id === s.unit).length } }) }),
  'POST /search': ({ body: { q } }) => ({ items: [...complaints.filter((c) => (c.title + c.number + c.address).includes(q)).slice(0, 6).map((c) => ({ system: 'complaint', id: c.id, number: c.number, title: c.title, snippet: [{ text: c.address }], unitName: c.unit.name })), ...cases.filter((k) => (k.title + k.number).includes(q)).slice(0, 4).map((k) => ({ system: 'case', id: k.id, number: k.number, title: k.title, snippet: [], unitName: k.unitName }))] }),
  'GET /system/refusals': () => ({ items: [{ at: new Date().toISOString(), personName: '吴倩', operation: 'casework.decide', subject: 'case:k3', reason: '辅助人员不能作出处罚决定。', code: 'x' }, { at: new Date(Date.now() - 5e6).toISOString(), personName: '', operation: 'session.sign_in', reason: '密码连续错误，暂停登录 2 分钟。', code: 'x' }] }),
  'GET /system/jobs': () => ({ items: [['term.alarm', 'completed'], ['ledger.checkpoint', 'running'], ['evidence.thumb', 'retryable'], ['backup.daily', 'scheduled']].map(([kind, state], i) => ({ id: i, kind, state, attempt: i, maxAttempts: 5, scheduledAt: new Date(Date.now() - i * 4e6).toISOString(), error: state === 'retryable' ? '磁盘空间不足' : '' })) }),
  'GET /system/keys': () => ({ items: keys }),
  'POST /system/keys': ({ body }) => { const k = { id: `key${keys.length}`, hint: 'jx_n3w4k', issuedAt: new Date().toISOString(), valid: true, ...body, unit: { id: body.unit, name: '静安区城市管理行政执法局' } }; keys.unshift(k); return { ...k, key: 'jx_n3w4kq2v0m9ppfjx6j0oq7c2m7mb0v4cw' } },
  'DELETE /system/keys/:id': ({ id }) => { const k = find(keys, id); Object.assign(k, { valid: false, withdrawn: new Date().toISOString() }) },
  'GET /system/status': () => ({ version: 'v0.1.0 (dev)', engine: 'sqlite', calendar: 'holiday-cn 2026-11', verifierKey: 'jiexu.demo/jingan+1f0c9a3e+AbkX…', checkpoint: 'jiexu.demo/jingan\n12846\nq2v0m9PpFJx6J0oQ7c2m7mB0v4cWJm3tXw9b1l8yZ0A=\n\n— jiexu.demo/jingan Az3grl…\n', log: { Size: 12_846, Waiting: 0, Followers: [{ Name: 'oversight.board', Leaf: 12_846, At: new Date().toISOString(), Error: '' }] } }),
}
Object.assign(answers, answersOf({ cases, complaints, find, Refusal }))
const routes = Object.entries(answers).sort(([a], [b]) => (a.includes(':') ? 1 : 0) - (b.includes(':') ? 1 : 0)).map(([spec, answer]) => { const [method, path] = spec.split(' '); return { method, pattern: new RegExp(`^/api/v1${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`), answer } })
function tell(subject) { for (const s of streams) s.write(`event: changed\ndata: ${JSON.stringify({ subject, kind: 'x', unit: 'sq6' })}\n\n`) }

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', json: 'application/json', mjs: 'text/javascript' }
function file(path, res) {
  const at = new URL(`../dist${path}`, import.meta.url)
  const own = path !== '/' && existsSync(at)
  if (!own && path.startsWith('/assets/')) return res.writeHead(404).end()
  const body = readFileSync(own ? at : new URL('../dist/index.html', import.meta.url))
  res.writeHead(200, { 'Content-Type': own ? types[path.split('.').pop()] ?? 'application/octet-stream' : types.html, 'Content-Security-Policy': policy }).end(body)
}

export const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://mock')
  const chunks = []
  req.on('data', (c) => chunks.push(c)).on('end', () => {
    const text = Buffer.concat(chunks)
    if (url.pathname === '/mock') { spoil = JSON.parse(text).next; return res.end() }
    if (!url.pathname.startsWith('/api/')) return file(url.pathname, res)
    if (url.pathname === '/api/v1/live') { res.writeHead(200, { 'Content-Type': 'text/event-stream' }); res.write('retry: 2000\n\n'); streams.add(res); return req.on('close', () => streams.delete(res)) }
    const picture = /\/media\/m(\d)(\/thumb)?$/.exec(url.pathname)
    if (picture) return res.writeHead(200, { 'Content-Type': 'image/png' }).end(photos[picture[1] % 3])
    if (/\.pdf$|\/preview(\/|$)/.test(url.pathname)) return res.writeHead(200, { 'Content-Type': 'application/pdf' }).end(pdf)
    const command = req.method !== 'GET' && url.pathname !== '/api/v1/session'
    const bad = command && spoil
    if (bad) spoil = ''
    const key = req.headers['idempotency-key']
    try {
      if (!me && !url.pathname.endsWith('/session')) throw new Refusal(401, 'unauthenticated', '请先登录。')
      if (bad === 'changed') throw new Refusal(409, 'changed_meanwhile', '李敏在 1 分钟前更新了它。您填写的内容还在，请载入最新内容后再提交。')
      const route = routes.find((r) => r.method === req.method && r.pattern.test(decodeURIComponent(url.pathname)))
      if (!route) throw new Refusal(404, 'api.no_operation', `没有 ${req.method} ${url.pathname}`)
      const json = (req.headers['content-type'] ?? '').includes('json')
      const answer = key && done.has(key) ? done.get(key) : route.answer({ q: url.searchParams, body: json && text.length ? JSON.parse(text) : {}, rev: req.headers['if-match'], ...route.pattern.exec(decodeURIComponent(url.pathname)).groups })
      if (key) done.set(key, answer)
      const send = () => res.writeHead(answer === undefined ? 204 : 200, { 'Content-Type': 'application/json' }).end(answer === undefined ? undefined : JSON.stringify(answer))
      if (bad === 'slow') setTimeout(send, 1500)
      else send()
    } catch (e) {
      res.writeHead(e.status ?? 500, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ title: e.code ?? 'internal', status: e.status ?? 500, code: e.code, detail: e.detail ?? String(e), fields: e.fields }))
    }
  })
})
export const commands = done

if (process.argv[1] === new URL(import.meta.url).pathname) {
  server.listen(Number(process.argv[2] ?? 8099), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
}
