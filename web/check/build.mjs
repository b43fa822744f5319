// Makes dist/check.html: the checker as one file, which works from a disk, without a server.
import { readFileSync, writeFileSync } from 'node:fs'
import { build } from 'vite'

const here = new URL('./', import.meta.url)
const { output } = (await build({
  configFile: false, logLevel: 'warn',
  build: { write: false, target: 'es2022', lib: { entry: new URL('page.ts', here).pathname, formats: ['iife'], name: 'check' } },
}))[0]
const script = output[0].code.trim().replaceAll('</script', '<\\/script')
const page = readFileSync(new URL('page.html', here), 'utf8')
writeFileSync(new URL('../dist/check.html', here), page.replace('/*SCRIPT*/', () => script))
