/** What each place of the console needs. The server decides every request again; this only hides what cannot be used. */
import { may } from '../shared/session'

const any = (prefix: string) => (permissions: Set<string>) => [...permissions].some((p) => p.startsWith(prefix))

/** The rights, by the names that the server's role table gives them. */
export const rights = {
  register: () => may('complaint.register', 'complaint.create'),
  openCase: () => may('case.open', 'case.create'),
  confirmMatter: () => may('matter.confirm', 'law.confirm'),
  people: () => may('people.view', 'people.manage', 'org.people', 'system.people'),
  managePeople: () => may('people.manage', 'org.manage', 'system.people'),
  refusals: () => may('refusals.view', 'system.refusals', 'system.view'),
  jobs: () => may('jobs.view', 'system.jobs', 'system.view'),
  status: () => may('status.view', 'system.status', 'system.view'),
}

export const seesComplaints = any('complaint.')
export const seesCases = any('case.')
