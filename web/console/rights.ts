/**
 * What each place of the console needs, by the names of the server's role table. The server decides
 * every request again; this only hides what cannot be used.
 */
import { may, session } from '../shared/session'

/** Whether all that the person does is to handle matters himself, in a squad; others look after a unit's or the bureau's. */
export const handlesOnly = () => session.roleCodes.length > 0 && session.roleCodes.every((r) => r === 'officer' || r === 'leader')

export const rights = {
  work: () => may('work.read'),
  search: () => may('search.use'),
  complaints: () => may('intake.read'),
  register: () => may('intake.register'),
  patrol: () => may('intake.register') && may('evidence.add'),
  importComplaints: () => may('intake.import'),
  exportComplaints: () => may('intake.export'),
  bulk: () => ['intake.route', 'intake.assign', 'intake.accept'].some((right) => may(right)),
  contact: () => may('intake.contact'),
  board: () => may('intake.board'),
  rates: () => may('intake.rates'),
  rules: () => may('intake.rules'),
  templates: () => may('intake.templates'),
  hot: () => may('intake.topics'),
  models: () => may('intake.models'),
  places: () => may('intake.places'),
  intakeOffice: () => ['intake.models', 'intake.places', 'intake.topics', 'intake.board', 'intake.rates', 'intake.rules', 'intake.templates'].some((right) => may(right)),
  cases: () => may('casework.read'),
  openCase: () => may('casework.open'),
  serve: () => may('casework.serve'),
  voidPaper: () => may('casework.amend'),
  payments: () => may('casework.reconcile'),
  tiers: () => may('casework.tiers'),
  exportCases: () => may('casework.export'),
  map: () => may('map.read'),
  records: () => may('evidence.read') && may('casework.read'),
  media: () => may('evidence.read'),
  exportMedia: () => may('evidence.export'),
  addMedia: () => may('evidence.add'),
  law: () => may('law.read'),
  confirmMatter: () => may('law.confirm'),
  org: () => may('org.read'),
  managePeople: () => may('org.people'),
  settings: () => may('org.settings'),
  seals: () => may('org.seals'),
  keys: () => may('org.keys'),
  refusals: () => may('system.refusals'),
  jobs: () => may('system.jobs'),
  status: () => may('system.status'),
  notices: () => may('notice.read'),
  endpoints: () => may('notice.manage'),
  gateways: () => may('gateway.read'),
  mendGateways: () => may('gateway.mend'),
  manageGateways: () => may('gateway.manage'),
  prove: () => may('ledger.prove'),
}
