// A small made-up district for developing the console without a server: 160 complaints, 40 cases.
import { readFileSync } from 'node:fs'

const read = (path) => readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8')
const DAY = 86_400_000
const SHANGHAI = 8 * 3_600_000
const now = Date.now()
const civil = (ms) => new Date(ms + SHANGHAI).toISOString().slice(0, 10)
const midnight = (ms) => Date.parse(`${civil(ms)}T00:00:00+08:00`)

export const areas = JSON.parse(read('jingan/areas.demo.geojson'))
export const base = JSON.parse(read('jingan/base.geojson'))

const centre = (f) => {
  const ring = f.geometry.type === 'Polygon' ? f.geometry.coordinates[0] : f.geometry.coordinates[0][0]
  return ring.reduce((a, p) => [a[0] + p[0] / ring.length, a[1] + p[1] / ring.length], [0, 0])
}
export const squads = areas.features.map((f, i) => {
  const [lon, lat] = centre(f)
  f.properties.unit = `sq${i}`
  return { unit: `sq${i}`, name: `${f.properties.name.replace(/街道$/, '')}中队`, street: f.properties.name, lon, lat }
})
const node = (id, name, kind, children = [], more = {}) => ({ id, name, kind, parent: null, code: id, outside: false, children, ...more })
export const units = [node('bureau', '静安区城市管理行政执法局', 'bureau', [
  ...['法制科', '诉件受理中心', '勤务科', '督察科', '考核科'].map((n, i) => node(`se${i}`, n, 'section')),
  ...squads.map((s) => node(s.unit, s.name, 'squad')),
]), node('out', '协作部门', 'department', ['规划资源局', '房屋管理局', '水务局', '绿化市容局'].map((n, i) => node(`d${i}`, n, 'department', [], { outside: true })), { outside: true })]

const names = ['张建国', '李敏', '王志强', '陈晓燕', '刘洋', '赵静', '黄伟', '周磊', '吴倩', '徐海峰']
export const people = names.flatMap((name, i) => squads.slice(0, 4).map((s, k) => ({
  id: `p${i}-${k}`, name, login: `user${i}${k}`, kind: i > 7 ? 'auxiliary' : 'officer', kindTitle: i > 7 ? '辅助人员' : '执法人员', certificate: i > 7 ? '' : `310106${String(2300 + i * 7 + k)}`,
  certificateUntil: '2027-12-31', certificateValid: i !== 3, auxiliary: i > 7, unit: s.unit, unitName: s.name, roles: [{ code: 'officer', title: i === 0 ? '中队长' : '执法队员', unit: s.unit }], active: i !== 6,
})))

export function clock(code, title, dueMs, n, cites, unit = 'working_days') {
  const due = midnight(dueMs) + DAY
  const left = Math.round((due - DAY - midnight(now)) / DAY)
  const level = left < 0 ? 'red' : left <= Math.max(1, n / 3) ? 'amber' : 'ok'
  const word = unit === 'working_days' ? '个工作日' : '日'
  const counting = Array.from({ length: n + 3 }, (_, i) => {
    const date = civil(dueMs - (n + 2 - i) * DAY)
    const off = [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())
    return { date, n: i === 0 || off ? 0 : i, why: i === 0 ? 'start' : off ? 'day_off' : i === n + 2 ? 'last' : 'counted', kind: off ? 'weekend' : 'workday' }
  })
  return { code, title, due: new Date(due).toISOString(), dueDate: civil(dueMs), unit, left, leftText: left < 0 ? `超 ${-left} ${word}` : left === 0 ? '今天到期' : `剩 ${left} ${word}`, level, cites, counting, provisional: false, rule: cites.length ? undefined : '12345 热线一般工单' }
}

const rows = read('demo/complaints.csv').trim().split('\n').slice(1).map((l) => l.split(','))
const states = [['registered', '已登记'], ['routed', '已派单'], ['accepted', '已受理'], ['assigned', '已派员'], ['handled', '已处置'], ['replied', '已答复'], ['closed', '已办结']]
export const channelTitles = { hotline: '12345 热线', grid: '网格平台', citizen: '市民来电来访', patrol: '巡查发现', letter: '来信网上', import: '导入' }
export const kindTitles = { complaint: '投诉举报', help: '求助', consultation: '咨询', suggestion: '建议', praise: '表扬' }
export const complaints = Array.from({ length: 160 }, (_, i) => {
  const [no, , , channel, kind, title, text, address, name, phone, secret] = rows[i % rows.length]
  const s = squads[(i * 5) % squads.length]
  const [state, stateTitle] = states[i < 8 ? i % 5 : (i * 3) % 7]
  const received = now - i * 5.3 * 3_600_000
  const ended = state === 'closed'
  const c = clock('reply', '答复期限', received + (5 + (i % 3)) * DAY, 5, i % 2 ? ['SH 26(2)'] : [])
  return {
    id: `c${i}`, number: `静诉〔2026〕${String(1160 - i)}号`, title, content: text, channel, channelTitle: channelTitles[channel] ?? channel, sourceNumber: no, kind, kindTitle: kindTitles[kind] ?? kind, address, areaName: s.street, mayContact: true, state, stateTitle, unit: { id: s.unit, name: s.name }, unitName: state === 'registered' ? '' : s.name,
    rev: 3, lon: s.lon + ((i * 13) % 17 - 8) / 2400, lat: s.lat + ((i * 7) % 15 - 7) / 2600, receivedAt: new Date(received).toISOString(), due: ended ? null : c, confidential: secret === '是', urgent: i === 3,
    contact: { name: secret === '是' || !name ? '' : `${name[0]}**`, phone: secret === '是' || !phone ? '' : `${phone.slice(0, 3)}****${phone.slice(-4)}` }, real: { name, phone },
    clocks: ended ? [{ ...c, level: 'met', leftText: '按时办结' }] : [c, clock('first_contact', '先行联系', received + DAY, 1, [])],
    cases: i === 2 ? [{ id: 'k0', number: '沪静城管大宁罚〔2026〕12号', title: '占用道路设摊' }] : [],
    timeline: [
      { at: new Date(received).toISOString(), title: '登记', actorName: '周敏', unitName: '诉件受理中心', cites: [], entry: `018f-entry-${1000 + i}` },
      { at: new Date(received + 1_900_000).toISOString(), title: '派单', actorName: '周敏', unitName: '诉件受理中心', text: `派往${s.name}，请在一个工作日内先行联系诉求人。`, cites: [], entry: `018f-entry-${2000 + i}` },
      { at: new Date(received + 9_900_000).toISOString(), title: '受理', actorName: '张建国', unitName: s.name, lines: [{ label: '承办意见', value: '属本中队职责，已安排两名队员到场。' }], cites: ['SH 26(2)'], entry: `018f-entry-${3000 + i}` },
    ],
  }
})

const caseStates = [['opened', '待立案'], ['filed', '调查中'], ['noticed', '已告知'], ['reviewed', '法制审核'], ['decided', '已决定'], ['served', '已送达'], ['archived', '已归档']]
export const cases = Array.from({ length: 40 }, (_, i) => {
  const s = squads[(i * 3) % squads.length]
  const [state, stateTitle] = caseStates[i === 0 ? 2 : i % 7]
  const opened = now - (i + 2) * 2.1 * DAY
  const decide = clock('ninety_days', '作出决定', opened + 90 * DAY, 90, ['AP 60'], 'days')
  const paper = (kind, title, n) => ({ id: `doc${n}`, kind, number: `沪静城管${s.street.slice(0, 2)}${kind === 'notice' ? '告' : '罚'}〔2026〕${i + 1}号`, title, sha256: '9f2c'.repeat(16), checkCode: 'K7QM-2X9D', issuedAt: new Date(opened + 6 * DAY).toISOString(), entry: '018f-entry-77', size: 84_000, issuedBy: '周明',
    seal: kind === 'notice' ? { how: 'picture', id: 'seal1', number: 3, name: '公章', authority: '上海市静安区城市管理行政执法局' } : { how: 'service', id: 'esign:7f20', proof: 2048 } })
  return {
    id: `k${i}`, number: `沪静城管${s.street.slice(0, 2)}立〔2026〕${40 - i}号`, title: ['占用道路设摊、兜售', '擅自占道堆物', '未按规定分类投放生活垃圾', '擅自搭建建筑物、构筑物', '擅自设置户外广告'][i % 5] + '案', matter: { code: 'SR-01', name: '占用道路、桥梁等公共场所设摊经营、兜售物品', cites: ['SA 25(2)', 'SA 25(2)'], low: 50, high: 500, known: true, confirmed: i % 2 === 0 }, matterTitle: '占用道路设摊经营',
    party: i % 3 ? '上海延长餐饮管理有限公司' : '李**', state, stateTitle, unit: { id: s.unit, name: s.name }, unitName: s.name, rev: 7, actDate: civil(opened - DAY), actPlace: '共和新路与延长路路口东北角', lon: s.lon, lat: s.lat, source: 'complaint',
    findings: '2026年11月9日8时许，执法人员巡查至共和新路、延长路路口东北角，发现当事人在人行道上摆设餐车一辆，面积约2平方米，向行人售卖早点，影响行人通行。执法人员当场出示证件，责令改正并拍照取证。', proposedYuan: 300, decidedYuan: ['decided', 'served', 'archived'].includes(state) ? 300 : null, openedAt: new Date(opened).toISOString(), complaint: i % 2 ? undefined : 'c2',
    officers: [{ id: 'p0-0', name: '张建国', certificate: '3101062300' }, { id: 'p1-0', name: '李敏', certificate: '3101062307' }],
    parties: [{ id: 'pa', kind: i % 3 ? 'organisation' : 'person', name: i % 3 ? '上海延长餐饮管理有限公司' : '李**', idCode: i % 3 ? '91310106MA1FY0XK3T' : '3101**********2017', representative: i % 3 ? '李卫东' : '', address: '上海市静安区延长路149号', phone: '138****0021' }],
    evidence: [{ id: 'e1', seq: 1, kind: 'record', title: '现场检查笔录', proves: '当事人占道设摊的时间、地点和面积', obtainedOn: civil(opened) }, { id: 'e2', seq: 2, kind: 'audiovisual', title: '现场照片 3 张', proves: '餐车位置及占道情况', obtainedOn: civil(opened), media: 'm1' }, { id: 'e3', seq: 3, kind: 'statement', title: '询问笔录', proves: '当事人承认占道经营', obtainedOn: civil(opened + DAY) }],
    documents: i % 7 > 1 || i === 0 ? [paper('notice', '行政处罚事先告知书', 1), ...(i % 7 > 3 ? [paper('decision', '行政处罚决定书', 2)] : [])] : [],
    due: state === 'archived' ? null : decide.due, clocks: state === 'archived' ? [{ ...decide, level: 'met', leftText: '按时办结' }] : [clock('statement', '陈述申辩', now + 2 * DAY, 5, []), decide], can: { edit: true, party: true, evidence: true, document: true },
    timeline: ['立案登记', '批准立案', '现场检查', '调查终结', '送达告知书'].map((title, n) => ({ at: new Date(opened + n * 1.2 * DAY).toISOString(), title, actorName: n === 1 ? '陈局长' : '张建国', unitName: n === 1 ? '静安区城管执法局' : s.name, cites: [['AP 54'], ['AP 54(1)'], ['AP 55'], ['AP 57'], ['AP 44', 'AP 61']][n], entry: `018f-entry-k${n}`, text: n === 3 ? '事实清楚，证据充分，拟处罚款 300 元。' : undefined })),
  }
})
