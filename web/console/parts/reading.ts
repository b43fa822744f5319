/** What models think of a complaint, in words. */
import type { Reading } from '../../shared/types'

/** The likeliest classes or matters with how sure the model is; empty where it can hardly tell. */
export const likelyText = (opinion?: Reading['class']) => (opinion?.likely ?? []).slice(0, 3).map((l) => `${l.name} ${l.percent}%`).join('；')
