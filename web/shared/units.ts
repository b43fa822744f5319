/** Names of units, as they are said where there is little room. */

/** A squad by its street (彭浦镇综合行政执法队 → 彭浦镇); other units keep their name. */
export const shortUnit = (name: string) => name.replace(/(综合行政执法队|执法中队|中队|执法队)$/, '') || name
