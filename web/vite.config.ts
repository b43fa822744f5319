import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// In development the API is the mock (npm run mock) or a server named by JIEXU_API.
const api = process.env.JIEXU_API ?? 'http://127.0.0.1:8099'

export default defineConfig({
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: 'dist', // public/.keep comes along, so that Go always finds a file to embed
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no inline script
    manifest: true,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { '/api': api, '/check': api } },
  test: { include: ['shared/**/*.test.ts', 'console/**/*.test.ts', 'check/**/*.test.ts'] },
} as ReturnType<typeof defineConfig>)
