// Measures what a browser loads before the sign-in page and before My Work can be used, gzipped, and
// fails above the limit. The fonts are the system's and the map comes later, so scripts and styles are all.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT = 350 * 1024
const dist = new URL('./dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist)))

/** Adds a chunk, what it imports at once, and their styles. */
function closure(key, files = new Set()) {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`no chunk ${key} in the manifest`)
  if (files.has(chunk.file)) return files
  files.add(chunk.file)
  for (const css of chunk.css ?? []) files.add(css)
  for (const dependency of chunk.imports ?? []) closure(dependency, files)
  return files
}

const weigh = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length

const pages = {
  'sign-in': ['index.html', 'console/pages/SignIn.vue'],
  'my work': ['index.html', 'console/shell/Shell.vue', 'console/pages/Work.vue'],
}
let failed = false
for (const [page, keys] of Object.entries(pages)) {
  const files = new Set(['index.html'])
  for (const key of keys) closure(key, files)
  const total = [...files].reduce((sum, file) => sum + weigh(file), 0)
  const verdict = total <= LIMIT ? 'ok' : 'TOO LARGE'
  failed ||= total > LIMIT
  console.log(`${page}: ${(total / 1024).toFixed(1)} KB gzipped in ${files.size} files, limit ${LIMIT / 1024} KB: ${verdict}`)
}
process.exit(failed ? 1 : 0)
