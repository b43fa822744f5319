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
}

export interface TimelineEntry {
  at: string
  actorName: string
  unitName: string
  kind: string
  title: string
  text?: string
  cites?: string[] | null
  entry?: string
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
  media: Media[]
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
  kind: string
  kindTitle: string
  address: string
  areaName?: string
  sourceNumber?: string
  receivedAt: string
  confidential?: boolean
  contact?: Contact | null
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
  state: string
  stateTitle: string
  unitName: string
  address: string
  receivedAt: string
  due: Clock | null
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
  kindTitle?: string
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
  matter: { code: string; name: string; forbids?: string; penalty?: string } | null
  actDate: string
  actPlace: string
  findings: string
  proposedYuan?: number | null
  decidedYuan?: number | null
  complaint?: { id: string; number: string; title: string } | null
  officers: Officer[]
  parties: Party[]
  evidence: Evidence[]
  documents: Paper[]
  openedAt: string
  canEdit?: boolean
}

export interface CaseRow {
  id: string
  number: string
  title: string
  matterName: string
  partyName: string
  state: string
  stateTitle: string
  unitName: string
  openedAt: string
  due: Clock | null
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
  due: Clock | null
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
  roles?: (string | { code: string; title: string })[]
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
  kind: string
  parent: string | null
  code?: string
  outside?: boolean
  children?: Unit[] | null
}

export interface Person {
  id: string
  name: string
  login?: string
  certificate?: string
  auxiliary?: boolean
  unit?: string
  unitName?: string
  roles?: { code: string; title: string }[] | string[]
  active?: boolean
}

export interface Role {
  code: string
  title: string
  about?: string
  permissions: string[]
}

export interface Article {
  cite: string
  statute: string
  number: string
  heading?: string
  paragraphs: (string | { text: string; items?: string[] | null })[]
  version: string
  inForce?: string | boolean
}

export interface Statute {
  code: string
  title: string
  version: string
  inForce?: string | boolean
  articles: { cite: string; number: string; heading?: string }[] | number
}

export interface PenaltyMatter {
  code: string
  name: string
  forbids: string
  penalty: string
  formula?: string
  person?: { min: number; max: number } | null
  organisation?: { min: number; max: number } | null
  correctFirst?: boolean
  confirmed: boolean
  confirmedBy?: string
  confirmedAt?: string
  source?: string
  validFrom?: string
  validTo?: string
  card?: { looks?: string; ask?: string; record?: string; write?: string } | null
}

export interface CalendarYear {
  year: number
  provisional: boolean
  version: string
  days: { date: string; work: boolean; name?: string }[]
}

export interface SquadCount {
  unit: string
  name: string
  lon: number
  lat: number
  open: number
  overdue: number
  newToday: number
  cases: number
}

export interface Proposal {
  name: string
  address?: string
  lon: number
  lat: number
  unit?: Named | null
  areaName?: string
  confidence?: number
  why?: string
}

export interface Found {
  system: 'complaint' | 'case'
  id: string
  number: string
  title: string
  snippet: string
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
}

export interface Job {
  id: string
  kind: string
  state: string
  attempt: number
  maxAttempts?: number
  at: string
  error?: string
}

export interface Status {
  version: string
  database: string
  startedAt: string
  calendar?: string
  checks?: { code: string; title: string; ok: boolean; text?: string }[]
}

export interface Checkpoint {
  origin: string
  size: number
  root: string
  at: string
  note?: string
}
