/** Short names of statutes, for chips: AP 64(1) is 处罚法 64条1款. */
const names: Record<string, Record<string, string>> = {
  'zh-CN': {
    AP: '处罚法', AC: '强制法', CP: '民诉法', AR: '复议法', AL: '行诉法', AJ: '行诉解释', PI: '个保法', NP: '噪声法', SWL: '固废法', UP: '城乡规划法',
    CE: '国务院市容条例', SH: '上海城管条例', SB: '上海拆违规定', SA: '上海市容条例', SG: '上海绿化条例', SP: '上海物业规定', SW: '上海垃圾条例',
    SU: '上海规划条例', SR: '上海道路条例',
  },
  en: {
    AP: 'Penalty Law', AC: 'Coercion Law', CP: 'Civil Procedure Law', AR: 'Reconsideration Law', AL: 'Litigation Law', AJ: 'Litigation Interpretation',
    PI: 'Personal Information Law', NP: 'Noise Law', SWL: 'Solid Waste Law', UP: 'Planning Law', CE: 'State Council Appearance Reg.',
    SH: 'Shanghai Enforcement Reg.', SB: 'Shanghai Illegal Building Rules', SA: 'Shanghai Appearance Reg.', SG: 'Shanghai Greening Reg.',
    SP: 'Shanghai Property Rules', SW: 'Shanghai Waste Reg.', SU: 'Shanghai Planning Reg.', SR: 'Shanghai Roads Reg.',
  },
}

/** Says a citation in a language; one it cannot read is shown as it is. */
export function citeText(cite: string, lang: string): string {
  const m = /^([A-Z]{2,4}) (\d+)(?:\((\d+)(?:\.(\d+))?\))?$/.exec(cite)
  if (!m) return cite
  const [, code, article, para, item] = m
  const name = names[lang]?.[code] ?? code
  if (lang === 'zh-CN') return `${name} ${article}条${para ? `${para}款` : ''}${item ? `${item}项` : ''}`
  return `${name} art. ${article}${para ? `(${para}${item ? `.${item}` : ''})` : ''}`
}
