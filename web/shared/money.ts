/** Sums as the office writes them: whole yuan with separators, fen as yuan with two decimals. */
export const yuanText = (yuan: number) => yuan.toLocaleString('zh-CN')
export const fenText = (fen: number) => (fen / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
