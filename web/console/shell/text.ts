/** Large text, for those who sit further away: remembered on this machine. */
import { ref } from 'vue'

export const largeText = ref(localStorage.getItem('jiexu.large') === '1')

export function applyText(): void {
  document.documentElement.classList.toggle('large', largeText.value)
}

export function toggleText(): void {
  largeText.value = !largeText.value
  localStorage.setItem('jiexu.large', largeText.value ? '1' : '0')
  applyText()
}
