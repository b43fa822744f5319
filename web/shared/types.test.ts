import { readFileSync } from 'node:fs'
import openapi, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'

const here = (path: string) => new URL(path, import.meta.url)

test('the generated types are those of docs/openapi.json (npm run types makes them anew)', async () => {
  const made = astToString(await openapi(here('../../docs/openapi.json')))
  const kept = readFileSync(here('./api.gen.ts'), 'utf8')
  expect(kept.endsWith(made), 'shared/api.gen.ts is stale: npm run types').toBe(true)
})
