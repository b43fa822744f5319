/** What the API answers, by hand until the generated types of the server take over. */

export interface Page<T> {
  items: T[]
  next: string
}

export interface Named {
  id: string
  name: string
}

export interface Count {
  date: string
  n: number
  why: string
  kind?: string
  holiday?: string
}

export type Level = 'ok' | 'amber' | 'red' | 'met' | 'met_late' | 'suspended'

/** A running, suspended or met period. */
export interface Clock {
  code: string
  title: string
  due: string
  dueDate: string
  unit: 'working_days' | 'days' | 'hours' | 'months' | 'years'
  left: number
  leftText: string
  level: Level
  cites: string[]
  counting: Count[] | null
  provisional: boolean
  rule?: string
}

export interface Option {
  value: string
  label: string
}

export type FieldType =
  | 'text' | 'longtext' | 'select' | 'person' | 'people' | 'unit' | 'number'
  | 'date' | 'datetime' | 'bool' | 'matter' | 'media'

/** One blank of a step's form. */
export interface Field {
  name: string
  label: string
  type: FieldType
  required?: boolean
  options?: Option[] | null
  value?: unknown
  help?: string
  max?: number
}

export interface Reason {
  code: string
  text: string
  cites?: string[] | null
}

/** A step that may be taken now, or the reasons why it may not. */
export interface Choice {
  step: string
  title: string
  allowed: boolean
  mine: boolean
  reasons?: Reason[] | null
  cites?: string[] | null
  fields?: Field[] | null
  issues?: string
  preview?: boolean
}

export interface TimelineEntry {
  at: string
  step?: string
  title: string
  text?: string
  actorName: string
  unitName?: string
  cites?: string[] | null
  entry?: string
  lines?: { label: string; value: string }[] | null
}

export interface Media {
  id: string
  name: string
  type: string
  size: number
  sha256: string
  width?: number
  height?: number
  note?: string
  at: string
  byName: string
  entry?: string
}

/** What complaints and cases have in common on their pages. */
export interface Matter {
  id: string
  number: string
  title: string
  state: string
  stateTitle: string
  rev: number
  unit: Named | null
  clocks: Clock[]
  choices: Choice[]
  timeline: TimelineEntry[]
  lon?: number | null
  lat?: number | null
}

export interface Contact {
  name: string
  phone: string
}

export interface Complaint extends Matter {
  content: string
  channel: string
  channelTitle: string
  sourceNumber?: string
  kind: string
  kindTitle: string
  category?: string
  address: string
  areaName?: string
  receivedAt: string
  confidential?: boolean
  urgent?: boolean
  proposedUnit?: Named | null
  officers?: Named[] | null
  reply?: string
  contact?: Contact | null
  mayContact?: boolean
  cases?: { id: string; number: string; title: string }[] | null
}

export interface ComplaintRow {
  id: string
  number: string
  title: string
  channel: string
  channelTitle: string
  kind: string
  kindTitle: string
  category?: string
  state: string
  stateTitle: string
  unitName: string
  address: string
  receivedAt: string
  urgent?: boolean
  due?: Clock | null
}

export interface Officer {
  id: string
  name: string
  certificate: string
}

export interface Party {
  id: string
  kind: 'person' | 'organisation'
  name: string
  idCode: string
  representative: string
  address: string
  phone: string
}

export interface Evidence {
  id: string
  seq: number
  kind: string
  title: string
  proves: string
  obtainedOn: string
  media?: string
}

export interface Paper {
  id: string
  kind: string
  number: string
  title: string
  sha256: string
  checkCode: string
  issuedAt: string
  entry: string
  size: number
}

export interface Case extends Matter {
  source: string
  complaint?: string
  matter: { code: string; name: string; cites: string[]; low: number; high: number; known: boolean; base?: string; confirmed: boolean }
  actDate: string
  actPlace: string
  findings: string
  proposedYuan?: number | null
  decidedYuan?: number | null
  paidYuan?: number
  openedAt: string
  filedAt?: string | null
  officers: Officer[] | null
  parties: Party[] | null
  evidence: Evidence[] | null
  documents: Paper[] | null
  can: { edit: boolean; party: boolean; evidence: boolean; document: boolean }
}

export interface CaseRow {
  id: string
  number: string
  title: string
  matter: string
  matterTitle: string
  party: string
  state: string
  stateTitle: string
  unitName: string
  openedAt: string
  due?: Clock | null
}

export interface Work {
  system: 'complaint' | 'case'
  id: string
  number: string
  title: string
  state: string
  stateTitle: string
  step: string
  stepTitle: string
  unitName: string
  clock?: Clock | null
  at: string
}

export interface WorkGroups {
  groups: { code: string; items: Work[] }[]
  counts: Record<string, number>
}

export interface DemoLogin {
  login: string
  password: string
  role: string
  name: string
  unit: string
}

export interface SessionAnswer {
  person: { id: string; name: string; login: string; certificate?: string } | null
  units?: Named[]
  roles?: { code: string; title: string }[]
  permissions?: string[]
  csrf: string
  demo: boolean
  demoLogins?: DemoLogin[] | null
  lang: string
  mustChangePassword?: boolean
}

export interface Unit {
  id: string
  name: string
  short?: string
  kind: string
  parent: string | null
  code?: string
  outside?: boolean
  children: Unit[]
}

export interface Person {
  id: string
  name: string
  login: string
  kind: string
  kindTitle: string
  certificate?: string
  certificateUntil?: string
  certificateValid: boolean
  auxiliary: boolean
  unit: string
  unitName: string
  roles: { code: string; title: string; unit: string; until?: string }[]
  active: boolean
}

export interface Role {
  code: string
  title: string
  about: string
  permissions: string[]
}

export interface Article {
  cite: string
  statute: string
  number: number
  label: string
  headings: string[] | null
  paragraphs: { text: string; items: string[] }[]
  version: string
  from: string
  to?: string
  marked?: number
}

export interface Statute {
  code: string
  title: string
  titleEn: string
  version: string
  from: string
  to?: string
  note?: string
  articles: number[]
}

export interface PenaltyMatter {
  code: string
  name: string
  title: string
  department: string
  forbids: string
  penalty: string
  formula: string
  base?: string
  person?: { min: number; max: number } | null
  organisation?: { min: number; max: number } | null
  correctFirst: boolean
  decidable: boolean
  source: string
  note?: string
  validFrom: string
  validTo: string
  card: { looks: string; ask: string; record: string; write: string }
}

export interface CalendarYear {
  year: number
  published: boolean
  version: string
  days: { date: string; kind: 'holiday' | 'make_up'; holiday: string }[]
}

export interface SquadCount {
  unit: string
  name: string
  lon: number | null
  lat: number | null
  open: number
  overdue: number
  newToday: number
  cases: number
}

export interface Proposal {
  name: string
  areaName: string
  lon: number
  lat: number
  within: number
  confidence: number
  matched: string[] | null
  why: string
  unit?: Named | null
}

export interface Found {
  system: 'complaint' | 'case'
  id: string
  number: string
  title: string
  state: string
  unitName: string
}

export interface SessionRow {
  id: string
  createdAt: string
  lastSeen: string
  device: string
  address: string
  current: boolean
}

export interface Refusal {
  at: string
  personName: string
  operation: string
  subject?: string
  reason: string
  address?: string
}

export interface Job {
  id: number
  kind: string
  state: string
  attempt: number
  maxAttempts: number
  scheduledAt: string
  error?: string
}

export interface Status {
  version: string
  engine: string
  calendar: string
  checkpoint: string
  verifierKey: string
  log: { Size: number; Waiting: number; Followers: { Name: string; Leaf: number; At: string; Error: string }[] | null }
}

/** What became of an imported table. */
export interface ImportAnswer {
  imported: number
  duplicate: number
  rejected: number
  header: string[]
  rows: { line: number; cells: string[]; reason: string }[]
  csv: string
}
