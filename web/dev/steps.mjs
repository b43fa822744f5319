// What may be done next in the made-up district: enough to see every kind of field and of refusal.
const field = (name, label, type, more = {}) => ({ name, label, type, required: false, ...more })
const choice = (step, title, more = {}) => ({ step, title, allowed: true, mine: true, reasons: [], cites: [], fields: [], ...more })
const officers = [['p0-0', '张建国（3101062300）'], ['p1-0', '李敏（3101062307）'], ['p2-0', '王志强（3101062314）']].map(([value, label]) => ({ value, label }))

export function complaintChoices(c) {
  if (c.state === 'closed') return []
  const handle = [
    field('outcome', '处置结果', 'select', { required: true, options: [['solved', '已解决'], ['partly', '部分解决'], ['unfounded', '不属实'], ['case', '转立案']].map(([value, label]) => ({ value, label })) }),
    field('visited_at', '到场时间', 'datetime', { required: true, value: new Date().toISOString() }), field('text', '处置经过', 'longtext', { required: true, max: 2000, help: '写明到场人员、看到的情况、采取的措施。' }), field('photos', '现场照片', 'media', { required: true }),
  ]
  return [
    choice('handle', '记录现场处置', { cites: ['SH 19(1)'], fields: handle }),
    choice('assign', '改派队员', { fields: [field('officers', '经办队员', 'people', { required: true, options: officers, help: '执法人员不得少于两人。' }), field('until', '完成日期', 'date')] }),
    choice('return', '退回', { aside: true, seldom: true, fields: [field('reason', '退回理由', 'longtext', { required: true, max: 500 }), field('unit', '建议承办单位', 'unit'), field('urgent', '急件', 'bool')] }),
    choice('reply', '答复诉求人', { allowed: false, reasons: [{ code: 'need.visit', text: '还没有现场处置记录，不能答复。', cites: ['SH 26(2)'] }, { code: 'need.photo', text: '没有现场照片。', cites: ['SH 19(1)'] }] }),
    choice('close', '回访并办结', { mine: false, allowed: false, reasons: [{ code: 'need.reply', text: '还没有答复诉求人。', cites: [] }] }),
    choice('file_case', '转立案', c.cases?.length ? { allowed: false, cites: ['AP 54'], reasons: [{ code: 'need.case_once', text: '已经转立案。', cites: [] }] } : { aside: true, cites: ['AP 54'] }),
    choice('transfer', '移送其他部门', { mine: false, cites: ['SH 26(2)'] }),
  ]
}

export function caseChoices(k) {
  if (k.state === 'archived') return []
  return [
    choice('hear', '记录陈述申辩', { cites: ['AP 45'], fields: [field('text', '陈述申辩内容', 'longtext', { required: true, max: 5000 }), field('accepted', '采纳', 'bool')] }),
    choice('report', '提交法制审核', { cites: ['AP 58'], issues: 'review', preview: true, fields: [field('amount', '拟处罚款（元）', 'number', { required: true, value: 300, max: 500 }), field('reasons', '裁量理由', 'longtext', { required: true, max: 2000 }), field('reviewer', '审核人', 'person', { required: true, options: officers })] }),
    choice('decide', '作出处罚决定', { allowed: false, cites: ['AP 57'], reasons: [{ code: 'need.defence_over', text: '陈述申辩期限未满，当事人也未书面放弃。', cites: ['AP 45', 'AP 62'] }, { code: 'need.legal_review', text: '还没有通过法制审核。', cites: ['AP 58(1)'] }] }),
    choice('extend', '延长办案期限', { allowed: false, cites: ['AP 60'], reasons: [{ code: 'need.basis', text: '没有记录延长的法律依据。', cites: ['AP 60'] }] }),
    choice('deliberate', '集体讨论', { mine: false, allowed: false, reasons: [{ code: 'need.major', text: '本案不属于情节复杂或者重大违法行为。', cites: ['AP 57(2)'] }] }),
    choice('terminate', '终止调查', { mine: false, cites: ['AP 57'] }),
  ]
}
