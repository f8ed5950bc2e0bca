import { syllable } from 'syllable'
import type { Seen } from './looker.ts'

/** Older than this nobody has to be to read a page. */
const OLDEST = 11

/** A formula of averages says nothing of a handful of words: fewer are measured with those of other pages. */
const LEAST_WORDS = 100

const SENTENCES = new Intl.Segmenter('en-GB', { granularity: 'sentence' })

/** What is no running text: numbers, addresses, codes, names of files. */
const NO_WORD = /[\d@/\\_[\]]|\.\w/

/**
 * How old one has to be to read each page's whole sentences, and those of all pages that have few, taken together.
 * @returns what is too hard
 */
export function checkWords(seen: readonly Pick<Seen, 'where' | 'texts'>[]): string[] {
  const few: string[] = []
  const hard = seen.flatMap(({ where, texts }) => {
    const sentences = sentencesOf(texts)
    if (sentences.flatMap(wordsOf).length >= LEAST_WORDS) return tooHard(where, sentences)
    few.push(...sentences)
    return []
  })
  return [...new Set(hard), ...tooHard('pages of few words', [...new Set(few)])]
}

function tooHard(where: string, sentences: readonly string[]): string[] {
  const age = readingAge(sentences)
  return age > OLDEST ? [`${where} needs a reader of ${age.toFixed(1)} years`] : []
}

// In years, by the grade of Flesch and Kincaid, to which a child comes five years later.
function readingAge(sentences: readonly string[]): number {
  const words = sentences.flatMap(wordsOf)
  const syllables = words.reduce((sum, word) => sum + syllable(word), 0)
  return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59 + 5
}

// The whole sentences of four words or more, each once.
function sentencesOf(texts: readonly string[]): string[] {
  const segments = texts.flatMap((text) => [...SENTENCES.segment(text)])
  const sentences = new Set(segments.map(({ segment }) => segment.trim()))
  return [...sentences].filter((each) => /[.?!:]$/.test(each) && wordsOf(each).length >= 4)
}

function wordsOf(sentence: string): string[] {
  return sentence.split(/[\s–—]+/).filter((word) => /\p{L}/u.test(word) && !NO_WORD.test(word))
}
