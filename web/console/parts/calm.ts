/**
 * When a map may begin. Its start takes the main thread for a second or two where there is no graphics card, as on
 * many an office's machines, and a click on a form meanwhile would wait for it: the map waits until it is looked at,
 * no form stands before it, and the browser has nothing else to do.
 */
import { onScopeDispose, ref, watch } from 'vue'

const forms = ref(0)

/** Counts a form that stands before the page while it is open. */
export function useCover(open: () => boolean): void {
  let mine = 0
  const set = (n: number) => { forms.value += n - mine; mine = n }
  watch(open, (is) => set(is ? 1 : 0), { immediate: true })
  onScopeDispose(() => set(0))
}

/** Resolves when the element is in view, no form is open that it is not part of, and the browser is idle. */
export async function calm(element: HTMLElement): Promise<void> {
  await new Promise<void>((resolve) => {
    const eye = new IntersectionObserver((seen) => { if (seen.some((x) => x.isIntersecting)) { eye.disconnect(); resolve() } }, { rootMargin: '120px' })
    eye.observe(element)
  })
  const idle = () => new Promise<void>((resolve) => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: 1000 }) : setTimeout(resolve, 60)))
  const inForm = element.closest('.el-drawer') !== null
  do {
    if (forms.value && !inForm) await new Promise<void>((resolve) => { const stop = watch(forms, (n) => { if (!n) { stop(); resolve() } }) })
    await idle()
  } while (forms.value && !inForm)
}
