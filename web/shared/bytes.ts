const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** How long a file is, for people: three figures of the unit that fits. */
export function byteSize(n: number): string {
  let i = 0
  let left = n
  while (left >= 1000 && i < UNITS.length - 1) { left /= 1024; i++ }
  return `${i === 0 || left >= 100 ? left.toFixed(0) : left.toFixed(1)} ${UNITS[i]}`
}
