/**
 * What the API answers, under the names that the console uses. The shapes are generated from docs/openapi.json
 * (npm run types), so what the server renames fails the type check here. Lists may be null, as Go writes them.
 */
import type { components } from './api.gen'

type Server = components['schemas']

export interface Page<T> {
  items: T[]
  next: string
}

export type Named = Server['Named']
export type Level = 'ok' | 'amber' | 'red' | 'met' | 'met_late' | 'suspended'

/** A running, suspended or met period. */
export type Clock = Server['TermClock']

export interface Option {
  value: string
  label: string
}

export type FieldType =
  | 'text' | 'longtext' | 'select' | 'person' | 'people' | 'unit' | 'number'
  | 'date' | 'datetime' | 'bool' | 'matter' | 'media' | 'rows' | 'point'

/** One blank of a step's form. */
export type Field = Omit<Server['Field'], 'type' | 'required' | 'options' | 'value' | 'columns'> & { type: FieldType; required?: boolean; options?: Option[] | null; columns?: Field[] | null; value?: unknown }
export type Reason = Server['Reason']

/** A step that may be taken now, or the reasons why it may not. */
export type Choice = Omit<Server['Choice'], 'fields'> & { fields: Field[] | null }

export type TimelineEntry = Server['Event']
export type Media = Server['EvidenceMedia']

type Detail<T extends { choices: unknown; unit?: unknown }> = Omit<T, 'choices' | 'unit'> & { choices: Choice[] | null; unit?: Named | null }

export type Complaint = Detail<Server['IntakeDetail']>
/** A procedure that runs beside the main one, or may be opened. */
export type Track = Omit<Server['CaseworkTrackView'], 'choices'> & { choices: Choice[] | null }
export type Case = Omit<Detail<Server['CaseworkDetail']>, 'tracks' | 'openable'> & { tracks: Track[] | null; openable: Track[] | null }
/** What complaints and cases have in common on their pages. */
export type Matter = Pick<Complaint & Case, 'id' | 'number' | 'title' | 'state' | 'stateTitle' | 'rev' | 'clocks' | 'choices' | 'timeline' | 'unit'>

export type Contact = Server['IntakeContact']
export type ComplaintRow = Server['IntakeRow']
export type View = Server['IntakeView']
export type ViewFilter = Server['IntakeNarrow']
export type Piece = Server['StorePiece']
export type BulkChoice = Server['IntakeBulkChoice']
export type BulkAnswer = Server['IntakeBulk']
/** A note between colleagues. */
export type Note = Server['IntakeComment']
export type CaseRow = Server['CaseworkListed']
export type Paper = Server['CaseworkDocument']
export type Tier = Server['LawTier']
export type Circumstance = Server['LawCircumstance']
export type Discretion = Omit<Server['CaseworkDiscretion'], 'proposed'> & { proposed: Tier | null }
export type Tiers = Server['CaseworkTiers']
export type TiersInput = Server['CaseworkTiersInput']
export type Money = Server['CaseworkMoney']
/** A form that may be written for a case. */
export type Blank = Omit<Server['CaseworkPaperView'], 'fields'> & { fields: Field[] | null }
export type Signature = Server['DocumentSignature']
export type CalendarChange = Server['AppCalendarChange']
export type Work = Server['WorkItem']
export type WorkGroups = Server['AppWork']
export type DemoLogin = Server['DemoView']
export type SessionAnswer = Partial<Omit<Server['SessionView'], 'person'>> & { person: Server['Me'] | null; csrf: string }
export type Setting = Server['SettingView']
export type Unit = Server['UnitView']
export type Person = Server['PersonView']
export type Role = Server['RoleView']
export type Article = Server['ArticleView']
export type Statute = Server['StatuteView']
export type PenaltyMatter = Server['CaseworkMatterOutput']
export type CalendarYear = Server['CalendarView']
export type SquadCount = Server['OversightCount']
export type Proposal = Server['IntakeProposalOutput']
export type Found = Server['AppFound']
export type Hit = Server['CaseworkHit']
export type SessionRow = Server['SessionRow']
export type Refusal = Server['RefusalView']
export type Job = Server['JobStatus']
export type ImportAnswer = Server['ImportOutputBody']

export type Status = Server['AppStatus']

export type Way = Server['CaseworkWay']
export type Similar = Server['CaseworkSimilar']
export type Deadline = Server['TermDeadline']
export type BankAnswer = Server['CaseworkReconciled']
export type BankFile = Server['CaseworkBankFile']
export type Arrear = Server['CaseworkArrear']

export type Rule = Server['RoutingRule']
export type RuleSet = Server['IntakeRuleSet']
export type LateBoard = Server['IntakeLateBoard']
export type Rates = Server['IntakeRates']
export type RateRow = Server['IntakeRateRow']
export type Share = Server['IntakeShare']
export type Template = Server['IntakeTemplate']
export type ModelTask = Server['IntakeModelTask']
export type ModelVersion = Server['IntakeModelVersion']
export type ApiKey = Server['KeyView']
export type ApiKeyIssued = Server['KeyIssued']
export type Nearby = Server['IntakeNearby']
export type HotTopics = Server['IntakeHotTopics']
export type Reading = Server['IntakeReading']
export type FilledTemplate = Server['IntakeFilled']
export type Seal = Server['SealView']

export type GatewayLink = Server['GatewayLinkView']
export type GatewayEvent = Server['GatewayIn']
export type GatewayWhole = Omit<Server['GatewayWhole'], 'fields'> & { fields: Server['GatewayFieldView'][] | null }
export type GatewayMessage = Server['GatewayOut']
export type GatewayCode = Server['GatewayCodeRow']
export type GridClass = Server['TableLine']
export type GridEdition = Server['TableEdition']
export type AtBorder = Server['IntakeAtBorder']
export type LearnedPlaces = Server['IntakeLearnedPlaces']
export type LearnedPlace = Server['IntakeLearnedPlace']
export type LearnedWord = Server['IntakeLearnedWord']
export type Recording = Server['EvidenceRecording']
export type RecordingsPage = Server['EvidenceRecordingsPage']
export type RecordedDay = Server['EvidenceDay']
export type LaidOut = Server['EvidenceLaidOut']
export type DayStep = Server['DayStep']
export type RecordingTie = Server['EvidenceTie']
export type Custody = Server['EvidenceCustody']
export type Handled = Server['EvidenceHandled']
export type MediaAbout = Server['EvidenceAbout']
export type Mark = Server['EvidenceMark']
export type Derived = Server['EvidenceDerived']
export type Export = Server['EvidenceExport']
export type StepFilm = Server['EvidenceStepFilm']
export type RecordStats = Server['EvidenceStats']
export type FilmShare = Server['EvidenceShare']
export type RecordHold = Server['EvidenceHold']
export type RecordHolds = Server['EvidenceHoldList']
export type HeldBy = Server['EvidenceHeldBy']
export type Expiry = Server['EvidenceExpiry']
export type ExpiryFile = Server['EvidenceExpiryFile']
export type RecordKeeping = Server['EvidenceKeeping']
export type RecordMonth = Server['EvidenceMonth']
