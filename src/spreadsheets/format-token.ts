/** One part of a number format’s section: a sign that stands for something, or text as it is. */
export type Token = { kind: 'sign' | 'text' | 'elapsed'; text: string }
