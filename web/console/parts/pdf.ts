/** PDF.js, fetched when a page is first drawn on this screen: phones show no PDF inside a page, and a frame would flicker while one types. */
import * as pdfjs from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl

/** Opens a document; whoever opens it destroys it. */
export const openPdf = (bytes: ArrayBuffer) => pdfjs.getDocument({ data: bytes, isEvalSupported: false, disableFontFace: false }).promise
export type { PDFDocumentProxy } from 'pdfjs-dist'
