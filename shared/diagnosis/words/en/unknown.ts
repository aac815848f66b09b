/** Words for codes that this version does not know: an agent may be newer than who reads its report. */
export const unknown = {
  title: (code: string, figures: string): string => `${code}${figures === '' ? '' : ` (${figures})`}`,
  why: 'This version of hostler has no words for this finding; a newer one wrote it. The evidence below stands as it was seen.',
  cause: (code: string, figures: string): string => `${code}${figures === '' ? '' : ` (${figures})`}`,
}
