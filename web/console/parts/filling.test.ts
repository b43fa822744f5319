import { describe, expect, it } from 'vitest'
import { filledOf, forgive, isOf, missingOf, rowOf, startAll, tidy } from './filling'
import type { Field } from '../../shared/types'

const fields: Field[] = [
  { name: 'place', label: 'Place', type: 'text', required: true, value: 'here' },
  { name: 'at', label: 'At', type: 'datetime', value: '2026-11-23T01:30:00Z' },
  { name: 'questions', label: 'Questions', type: 'rows', required: true, columns: [
    { name: 'question', label: 'Question', type: 'longtext', required: true }, { name: 'answer', label: 'Answer', type: 'longtext', required: true }, { name: 'n', label: 'N', type: 'number' },
  ], value: [{ question: 'Who?', n: 2 }] },
]

describe('a form', () => {
  it('begins with what is proposed, tables too, in the shape of its controls', () => {
    expect(startAll(fields)).toEqual({ place: 'here', at: '2026-11-23T09:30', questions: [{ question: 'Who?', answer: '', n: 2 }] })
  })
  it('sends wall time with its offset and leaves out what is empty', () => {
    const values = startAll(fields)
    ;(values.questions as unknown[]).push(rowOf(fields[2]))
    expect(filledOf(fields, values)).toEqual({ place: 'here', at: '2026-11-23T09:30:00+08:00', questions: [{ question: 'Who?', n: 2 }] })
  })
  it('names the cell that is missing by its row', () => {
    const values = startAll(fields)
    values.place = ''
    expect(missingOf(fields, values).map((m) => m.name)).toEqual(['place', 'questions.0.answer'])
    expect(missingOf(fields, { ...values, questions: [] }).map((m) => m.name)).toEqual(['place', 'questions'])
  })
  it('takes empty rows out before rows are counted', () => {
    const values = startAll(fields)
    ;(values.questions as unknown[]).unshift(rowOf(fields[2]))
    tidy(fields, values)
    expect(values.questions).toHaveLength(1)
  })
  it('knows the errors of its cells', () => {
    expect(isOf(fields, 'questions.0.answer')).toBe(true)
    expect(isOf(fields, 'placement')).toBe(false)
    const errors: Record<string, string> = { place: 'x', 'questions.0.answer': 'y', other: 'z' }
    forgive(errors, 'questions')
    expect(Object.keys(errors)).toEqual(['place', 'other'])
  })
})
