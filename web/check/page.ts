/** The page on which anyone checks an export or a document, without a server: nothing that is chosen leaves the machine. */
import { NotExport, verify, type Manifest, type Report } from './verify'
import { NotDocument, verifyDocument, type DocumentReport } from './document'

const WORDS = {
  zh: {
    title: '核验证据包和文书', lead: '选择从执法机关收到的证据包（zip）或电子文书（PDF）。核验在您的浏览器里进行，不联网，文件不会上传。', choose: '选择文件', drop: '或把文件拖到这里', key: '执法机关公布的公钥（可不填）', reading: '正在核验…',
    genuine: '属实：与登记时完全一致，由所填的公钥签署。', untrusted: '与登记时完全一致。没有填写公钥：请把下面的密钥指纹与执法机关公布的指纹逐字比对，一致才能确认确由该机关出具。', foreign: '不可采信：不是由所填的公钥签署的。', changed: '不可采信：与登记时不一致。', none: '这不是本系统导出的证据包，也不是带证明的文书。请确认文件完整、没有重新压缩或另存过。', failed: '文件读不出来，请重新选择。',
    badKey: '公钥不完整。请整行复制执法机关公布的公钥。', office: '提供机关', matter: '所属', recipient: '接收方', at: '时间', by: '经办', files: '文件', checked: '已核对 {n} 个文件', fingerprint: '密钥指纹', signer: '签署', document: '文书', number: '文号', issued: '登记时间',
    container: '压缩包本身被改动过，位置在 {path} 处', file: '{path}：内容被改动过', absent: '{path}：清单上有，包里没有', unlisted: '{path}：包里有，清单上没有', manifest: '{path}：清单与日志登记的不一致', proofs: '{path}：证明被改动过，或登记不在日志里', signature: '{path}：签名不成立', catalogue: '{path}：与日志登记的内容不是同一个文件', end: '末尾',
    content: '文书内容被改动过', proof: '文书所附的证明被改动过', original: '原名、录制', language: 'English', reason: '说明', made: '{how}，由 {path} 制作', elsewhere: '未列入本包的原件', still: '截图', part: '截取', redacted: '打码',
  },
  en: {
    title: 'Check an export or a document', lead: 'Choose the export (zip) or the electronic document (PDF) that you received from the office. It is checked in your browser, without a network; nothing is uploaded.', choose: 'Choose a file', drop: 'or drop it here', key: 'The public key that the office publishes (may be left empty)', reading: 'Checking…',
    genuine: 'Genuine: exactly as it was recorded, and signed by the key that you gave.', untrusted: 'Exactly as it was recorded. No key was given: compare the fingerprint below with the one that the office publishes; only if they agree is it the office’s.', foreign: 'Not to be trusted: signed by another key than the one that you gave.', changed: 'Not to be trusted: it is not as it was recorded.', none: 'This is no export of this system, nor a document that carries its proof. Make sure that the file is whole and was not packed or saved anew.', failed: 'The file cannot be read. Choose it again.',
    badKey: 'The key is not whole. Copy the whole line that the office publishes.', office: 'From', matter: 'Matter', recipient: 'For', at: 'At', by: 'By', files: 'Files', checked: '{n} files compared', fingerprint: 'Fingerprint of the key', signer: 'Signed by', document: 'Document', number: 'Number', issued: 'Recorded',
    container: 'The zip itself was changed, at {path}', file: '{path}: its content was changed', absent: '{path}: listed, and not there', unlisted: '{path}: there, and not listed', manifest: '{path}: the list is not the one in the log', proofs: '{path}: the proofs were changed, or an entry is not in the log', signature: '{path}: the signature does not hold', catalogue: '{path}: not the file that the log catalogued', end: 'its end',
    content: 'The document’s content was changed', proof: 'The proof in the document was changed', original: 'Name and recording', language: '中文', reason: 'Note', made: '{how}, made of {path}', elsewhere: 'an original that is not in this export', still: 'still', part: 'part', redacted: 'redacted',
  },
} as const

type Word = keyof (typeof WORDS)['zh']
/** What was chosen in the console, where the page is served; a file on a disk has no cookies. */
const choice = () => { try { return /(?:^|;\s*)jiexu_lang=(zh-CN|en)/.exec(document.cookie)?.[1] } catch { return undefined } }
let lang: 'zh' | 'en' = (choice() ?? navigator.language).startsWith('zh') ? 'zh' : 'en'
const say = (key: Word, params: Record<string, string> = {}) => Object.entries(params).reduce((s, [k, v]) => s.replace(`{${k}}`, v), WORDS[lang][key] as string)
const known = (key: string): key is Word => key in WORDS.zh
const el = (id: string) => document.getElementById(id) as HTMLElement

function make(tag: string, text = '', name = ''): HTMLElement {
  const e = document.createElement(tag)
  e.textContent = text
  if (name) e.className = name
  return e
}
function facts(pairs: [Word, string | undefined][]): HTMLElement {
  const list = make('dl')
  for (const [key, value] of pairs) if (value) list.append(make('dt', say(key)), make('dd', value, key === 'fingerprint' ? 'mono' : ''))
  return list
}
const beijing = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

function filesOf(m: Manifest): HTMLElement {
  const table = make('table')
  const head = make('tr')
  head.append(make('th', say('files')), make('th', say('original')), make('th', 'SHA-256'))
  table.append(head)
  for (const f of m.files) {
    const row = make('tr')
    row.append(make('td', f.path), make('td', [f.path.endsWith(f.name) ? '' : f.name, f.began ? beijing(f.began) : '', f.device ?? '', f.of ? say('made', { how: known(f.how ?? '') ? say(f.how as Word) : (f.how ?? ''), path: m.files.find((o) => o.media === f.of && o.role === 'media')?.path ?? say('elsewhere') }) : ''].filter(Boolean).join(' ')), make('td', f.sha256, 'mono'))
    table.append(row)
  }
  return table
}

let again: () => void = () => undefined
function show(...parts: (HTMLElement | undefined)[]): void { el('result').replaceChildren(...parts.filter((p): p is HTMLElement => p !== undefined)) }
const verdictLine = (v: 'genuine' | 'untrusted' | 'foreign' | 'changed') => { const line = make('p', `${v === 'genuine' ? '✓' : v === 'untrusted' ? '!' : '✕'} ${say(v)}`, `verdict ${v}`); line.dataset.verdict = v; return line }

function showExport(r: Report): void {
  const wrong = make('ul', '', 'wrong')
  for (const f of r.findings) wrong.append(make('li', known(f.code) ? say(f.code, { path: f.path || say('end') }) : `${f.code} ${f.path}`))
  const m = r.manifest
  show(verdictLine(r.verdict), r.findings.length ? wrong : undefined,
    r.verdict === 'genuine' || r.verdict === 'untrusted' ? facts([['office', m?.office], ['matter', m?.matter], ['recipient', m?.recipient], ['reason', m?.reason], ['by', m?.by], ['at', m && beijing(m.at)], ['files', say('checked', { n: String(r.checked) })], ['signer', r.keyName], ['fingerprint', r.fingerprint]]) : undefined,
    m && (r.verdict === 'genuine' || r.verdict === 'untrusted') ? filesOf(m) : undefined)
}
function showDocument(r: DocumentReport): void {
  show(verdictLine(r.verdict), r.why ? make('p', say(r.why), 'wrong') : undefined,
    r.verdict === 'genuine' || r.verdict === 'untrusted' ? facts([['document', r.name], ['number', r.number], ['issued', r.at && beijing(r.at)], ['signer', r.keyName], ['fingerprint', r.fingerprint]]) : undefined)
}

async function check(file: File): Promise<void> {
  const key = (el('key') as HTMLInputElement).value.trim()
  if (key && !/^\S+\+[0-9a-f]{8}\+\S{40,}$/.test(key)) { show(make('p', say('badKey'), 'verdict changed')); return }
  show(make('p', say('reading')), Object.assign(make('progress'), { max: file.size, value: 0 }))
  const bar = el('result').querySelector('progress')!
  try {
    const read = async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer())
    const head = new TextDecoder('latin1').decode(await read(0, 5))
    if (head === '%PDF-') showDocument(verifyDocument(await read(0, file.size), key))
    else showExport(await verify({ size: file.size, read }, key, (done) => { bar.value = done }))
  } catch (cause) {
    show(make('p', say(cause instanceof NotExport || cause instanceof NotDocument ? 'none' : 'failed'), 'verdict changed'))
  }
}

function draw(): void {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
  document.title = say('title')
  el('title').textContent = say('title')
  el('lead').textContent = say('lead')
  el('choose').textContent = say('choose')
  el('drop').textContent = say('drop')
  el('keyLabel').textContent = say('key')
  el('language').textContent = say('language')
  again()
}
const chosen = (file: File | null | undefined) => { if (file) { again = () => void check(file); again() } }
const input = el('file') as HTMLInputElement
input.addEventListener('change', () => chosen(input.files?.[0]))
el('key').addEventListener('change', () => again())
el('language').addEventListener('click', () => { lang = lang === 'zh' ? 'en' : 'zh'; draw() })
const zone = el('zone')
zone.addEventListener('dragover', (e) => { e.preventDefault(); zone.classList.add('over') })
zone.addEventListener('dragleave', () => zone.classList.remove('over'))
zone.addEventListener('drop', (e) => { e.preventDefault(); zone.classList.remove('over'); chosen(e.dataTransfer?.files[0]) })
draw()
