import { expect, it } from 'vitest'
import { byteSize } from './bytes'

it('says how long a file is', () => {
  expect([0, 999, 1000, 30 << 10, 4853567165, 64 * 2 ** 30].map(byteSize)).toEqual(['0 B', '999 B', '1.0 KB', '30.0 KB', '4.5 GB', '64.0 GB'])
})
