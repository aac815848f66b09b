/** How much room text takes on a terminal. */
import { stripVTControlCharacters } from 'node:util'
import { eastAsianWidth } from 'get-east-asian-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const printable = /^[\x20-\x7e]*$/
const emoji = /^\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u
const invisible = /^[\p{Mark}\p{Format}\p{Control}]+$/u

const graphemeWidth = (grapheme: string): number => {
  if (invisible.test(grapheme)) return 0
  if (emoji.test(grapheme)) return 2
  return eastAsianWidth(grapheme.codePointAt(0) ?? 0)
}

/** Columns that the text takes; Chinese, Japanese and Korean characters and emoji take two. */
export const textWidth = (text: string): number => {
  if (printable.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The text in at most `width` columns, its end replaced by … when it is longer. */
export const truncate = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  let kept = ''
  let room = width - 1
  for (const { segment } of graphemes.segment(text)) {
    room -= graphemeWidth(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))

export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - textWidth(text))) + text

/** One line without control characters: what an engine or a host reports must not steer the user's terminal. */
export const plainLine = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Control}/gu, '')
    .trim()

/** A word in pieces of at most `width` columns, at least a character each. */
const pieces = (word: string, width: number): string[] => {
  if (textWidth(word) <= width) return [word]
  const cut: string[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && textWidth(piece) + graphemeWidth(segment) > width) {
      cut.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...cut, piece]
}

/** The text in lines of at most `width` columns, broken at spaces, and within a word only where it is longer than a line. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    if (line === '') line = word
    else if (textWidth(line) + 1 + textWidth(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' ? lines : [...lines, line]
}
