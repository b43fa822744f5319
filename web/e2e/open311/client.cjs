// What a program does that uses the client: node client.cjs BASE KEY FORMAT. It says what it got as JSON on its last line.
'use strict'
const assert = require('node:assert/strict')
const Open311 = require('open311')

const [base, key, format] = process.argv.slice(2)
const city = new Open311({ discovery: `${base}/open311/discovery.${format}`, endpoint: `${base}/open311/v2/`, format, apiKey: key })
const ask = (method, ...args) => new Promise((resolve, reject) => city[method](...args, (err, data) => (err ? reject(new Error(`${method}: ${data}`)) : resolve(data))))
const refused = (method, ...args) => ask(method, ...args).then(() => { throw new Error(`${method} was not refused`) }, (err) => err.message)

async function main() {
  const found = await ask('serviceDiscovery')
  const endpoint = found.endpoints.find((e) => e.type === 'production')
  assert.equal(endpoint.specification, 'http://wiki.open311.org/GeoReport_v2')
  assert.deepEqual(endpoint.formats, ['text/xml', 'application/json'])

  const services = await ask('serviceList')
  const stall = services.find((s) => s.service_code === 'stall')
  assert.ok(stall && [true, 'true'].includes(stall.metadata), JSON.stringify(stall))
  assert.ok(services.length > 5 && services.every((s) => s.service_name && ['realtime', 'batch', 'blackbox'].includes(s.type)))
  const definition = await ask('serviceDefinition', 'stall')
  assert.equal(definition.service_code, 'stall')
  assert.ok(definition.attributes.some((a) => a.code === 'when' && a.values.some((v) => v.key === 'evening')), JSON.stringify(definition))

  const place = { lat: 31.2757, long: 121.4536, address_string: '大宁路街道平型关路1071号' }
  const [made] = await ask('submitRequest', { service_code: 'stall', ...place, description: `流动摊占着盲道 <&> ${format}`, first_name: '敏', last_name: '周', email: 'zhou@example.com', phone: '13800000009', attributes: { when: 'evening' } })
  const id = String(made.service_request_id)
  assert.match(id, /^[0-9A-Z]{8,}$/)
  const [told] = await ask('submitRequest', { service_code: 'other', ...place, description: `路灯不亮 ${format}` })
  assert.ok(told.token && !told.service_request_id, JSON.stringify(told))
  assert.match(await refused('submitRequest', { service_code: 'stall' }), /400/)
  assert.match(await refused('submitRequest', { service_code: 'nothing', ...place }), /404/)

  const of = (list) => list.map((r) => String(r.service_request_id))
  const [one] = await ask('serviceRequest', id)
  assert.equal(String(one.service_request_id), id)
  assert.equal(one.status, 'open')
  assert.equal(one.service_code, 'stall')
  assert.ok(one.requested_datetime instanceof Date && !Number.isNaN(one.requested_datetime.getTime()), String(one.requested_datetime))
  assert.ok(Math.abs(one.lat - place.lat) < 0.01 && Math.abs(one.long - place.long) < 0.01)
  assert.ok(!JSON.stringify(one).includes('13800000009'), 'who reported is told')
  assert.deepEqual(of(await ask('serviceRequests', [id])), [id])
  const hour = 3_600_000
  const span = { start_date: new Date(Date.now() - hour).toISOString(), end_date: new Date(Date.now() + hour).toISOString() }
  assert.ok(of(await ask('serviceRequests', { service_code: 'stall', status: 'open', ...span })).includes(id))
  assert.ok(!of((await ask('serviceRequests', { service_code: 'stall', status: 'closed', ...span })) ?? []).includes(id))
  assert.ok(!of((await ask('serviceRequests', { service_code: 'rubbish', ...span })) ?? []).includes(id))
  assert.match(await refused('serviceRequest', 'NOSUCHREQUEST'), /404|400/)
  const [later] = await ask('token', told.token)
  assert.equal(later.token, told.token)
  city.apiKey = 'jx_nobody'
  assert.match(await refused('submitRequest', { service_code: 'stall', ...place }), /403/)
  console.log(JSON.stringify({ id, token: told.token, known: later.service_request_id ?? null }))
}

main().catch((err) => { console.error(err); process.exitCode = 1 })
