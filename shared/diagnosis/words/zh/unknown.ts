/** Words for codes that this version does not know: an agent may be newer than who reads its report. */
export const unknown = {
  title: (code: string, figures: string): string => `${code}${figures === '' ? '' : `（${figures}）`}`,
  why: '此版本的 hostler 没有这一结论的说明文字，它由更新的版本写入。下方证据保持原样。',
  cause: (code: string, figures: string): string => `${code}${figures === '' ? '' : `（${figures}）`}`,
}
