import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { rights } from './rights'
import { refreshSession, session } from '../shared/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: true // without anybody signed in
    right?: () => boolean // what the page asks the server for; without it nothing is asked, for every refusal is recorded
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./pages/SignIn.vue'), meta: { open: true } },
  { path: '/password', name: 'password', component: () => import('./pages/Password.vue') },
  {
    path: '/',
    component: () => import('./shell/Shell.vue'),
    children: [
      { path: '', name: 'work', component: () => import('./pages/Work.vue'), meta: { right: rights.work } },
      { path: 'complaints', name: 'complaints', component: () => import('./pages/Complaints.vue'), meta: { right: rights.complaints } },
      { path: 'complaints/new', name: 'complaint-new', component: () => import('./pages/ComplaintNew.vue'), meta: { right: rights.register } },
      { path: 'complaints/patrol', name: 'patrol-new', component: () => import('./pages/PatrolNew.vue'), meta: { right: rights.patrol } },
      { path: 'complaints/import', name: 'complaint-import', component: () => import('./pages/ComplaintImport.vue'), meta: { right: rights.importComplaints } },
      { path: 'complaints/:id', name: 'complaint', component: () => import('./pages/ComplaintPage.vue'), props: true, meta: { right: rights.complaints } },
      { path: 'complaints/:id/print', name: 'complaint-print', component: () => import('./pages/ComplaintPrint.vue'), props: true, meta: { right: rights.complaints } },
      { path: 'intake/:part(board|rates|rules|templates|hot|models|places)?', name: 'intake', component: () => import('./pages/IntakeOffice.vue'), props: true, meta: { right: rights.intakeOffice } },
      { path: 'cases', name: 'cases', component: () => import('./pages/Cases.vue'), meta: { right: rights.cases } },
      { path: 'cases/new', name: 'case-new', component: () => import('./pages/CaseNew.vue'), meta: { right: rights.openCase } },
      { path: 'cases/:id', name: 'case', component: () => import('./pages/CasePage.vue'), props: true, meta: { right: rights.cases } },
      { path: 'cases/:id/papers', name: 'case-papers', component: () => import('./pages/CasePapers.vue'), props: true, meta: { right: rights.cases } },
      { path: 'deadlines', name: 'deadlines', component: () => import('./pages/Deadlines.vue'), meta: { right: rights.work } },
      { path: 'media/:id', name: 'media', component: () => import('./pages/MediaPage.vue'), meta: { right: rights.media } },
      { path: 'exports', name: 'exports', component: () => import('./pages/Exports.vue'), meta: { right: rights.exportMedia } },
      { path: 'recordings/keeping/:part(missing|stats|holds|lists)?', name: 'keeping', component: () => import('./pages/Keeping.vue'), props: true, meta: { right: rights.records } },
      { path: 'recordings', name: 'records', component: () => import('./pages/Records.vue'), meta: { right: rights.records } },
      { path: 'payments/:part(arrears|import|files)?', name: 'payments', component: () => import('./pages/Payments.vue'), props: true, meta: { right: rights.payments } },
      { path: 'law/matters/:code/tiers', name: 'law-tiers', component: () => import('./pages/LawTiers.vue'), props: true, meta: { right: rights.law } },
      { path: 'map', name: 'map', component: () => import('./pages/MapPage.vue'), meta: { right: rights.map } },
      { path: 'law/:part(statutes|matters|calendar)?', name: 'law', component: () => import('./pages/Law.vue'), props: true, meta: { right: rights.law } },
      { path: 'system/:part(sessions|people|roles|settings|seals|keys|refusals|jobs|notices|gateways|status)?', name: 'system', component: () => import('./pages/System.vue'), props: true },
      { path: 'more', name: 'more', component: () => import('./pages/More.vue') },
      { path: ':rest(.*)*', name: 'nowhere', component: () => import('./pages/Nowhere.vue') },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

// Where the server does not answer, the sign-in page opens and says so.
router.beforeEach(async (to) => {
  if (!session.known) {
    try {
      await refreshSession()
    } catch {
      return to.meta.open ? true : { name: 'sign-in', query: { next: to.fullPath, why: 'offline' } }
    }
  }
  if (!session.person) return to.meta.open ? true : { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (session.mustChangePassword) return to.name === 'password' ? true : { name: 'password' }
  if (to.name === 'sign-in' || to.name === 'password' && to.query.own === undefined) return { name: 'work' }
  if (to.name === 'work' && !rights.work()) return { name: 'system' }
  return true
})

// A new version of the program was put in while this tab was open: its old chunks are gone, so load the page anew.
router.onError((cause, to) => {
  if (/dynamically imported module|module script/i.test(String(cause))) location.assign(to.fullPath)
})
