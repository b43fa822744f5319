import { inject, type InjectionKey } from 'vue'
import type { Clock } from '../../shared/types'

/** What a reason inside a file may lead to: a step's form, a part of the file; and the periods that it may wait for. */
export interface Taking {
  take: (step: string, values?: Record<string, unknown>) => void
  show?: (part: string) => void
  clocks: () => Clock[]
  /** The penalty matter of the case, and the case, where there is one. */
  about?: () => { matter: string; case: string } | undefined
}
export const TAKING: InjectionKey<Taking> = Symbol('taking')
export const useTaking = (): Taking | undefined => inject(TAKING, undefined)

/** Parts of a case in which something is seen to that no step records. */
export const PARTS: Record<string, string> = { 'need.party': 'who', 'need.evidence': 'evidence', 'need.new_evidence': 'evidence', 'need.two_officers': 'what' }

/** Steps that have a form of their own in place of the one made from their fields: what opens it. */
export const SPECIAL: InjectionKey<Record<string, () => void>> = Symbol('special')
