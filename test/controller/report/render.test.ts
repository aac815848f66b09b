import test from 'ava'
import fc from 'fast-check'
import { textWidth } from '../../../controller/cli/terminal/width.ts'
import { reportPage } from '../../../controller/report/html/page.ts'
import { withoutIdentities } from '../../../controller/report/identities.ts'
import { reportMarkdown } from '../../../controller/report/markdown.ts'
import { phrasesIn } from '../../../controller/report/phrases/phrases.ts'
import { reportText } from '../../../controller/report/text.ts'
import { faultReport } from '../../../shared/diagnosis/report.ts'
import { languages } from '../../../shared/diagnosis/words/language.ts'
import { wordsIn } from '../../../shared/diagnosis/words/words.ts'
import { gpuA, sampleReport } from './sample.ts'

const text = (language: 'en' | 'zh', width?: number, full = false): string =>
  reportText(sampleReport(), { language, width, paint: (_, plain) => plain, full }).join('\n')

test('the text says the verdict first, then evidence, causes, the timeline, what was not looked at and what is well', (t) => {
  const lines = text('en')
  t.regex(lines, /^CRITICAL {2}gpu-01 · GPU 8f3a1c2d: /)
  const order = [
    'What was found',
    'What was seen',
    'Ruled out',
    'What led to what',
    'Network between hosts',
    'Timeline',
    'What could not be looked at',
    'Looked at, and well',
    'Notes',
  ]
  const places = order.map((heading) => lines.indexOf(`${heading}\n`))
  t.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  t.true(places.every((place) => place > 0))
  t.regex(lines, /Began with: gpu-01 · GPU 8f3a1c2d: Xid 79/)
  t.regex(lines, /gpu-03: its agent is not connected to the controller/)
  t.regex(lines, /\$ apt-get install -y nvidia-utils/)
  t.regex(lines, /The clock of gpu-02 is 4\.2 s ahead/)
})

test('text keeps to the width of the terminal wherever it can be broken', (t) => {
  for (const language of languages) {
    const prose = text(language, 72)
      .split('\n')
      .filter((line) => !/^ {6}|\$ |Z {2}|→/.test(line))
    for (const line of prose) t.true(textWidth(line) <= 72 || /· (certain|确定)$/.test(line), line)
  }
})

test('in Chinese, everything that the report says of itself is Chinese', (t) => {
  const english = phrasesIn('en')
  const zh = text('zh')
  for (const label of Object.values(english.labels).filter((label) => label.length > 5)) t.false(zh.includes(label), label)
  t.regex(zh, /^严重 {2}gpu-01 · GPU 8f3a1c2d：/)
  t.regex(zh, /未能检查的项目\n +gpu-03：其 agent 未连接到控制器\n/)
  t.regex(zh, /gpu-02 的时钟快 4\.2 秒/)
})

/** Tags that are opened and not closed in their turn. */
const unbalanced = (page: string): readonly string[] => {
  const open: string[] = []
  for (const [, end, tag = '', self] of page.replace(/<style>.*<\/style>/s, '').matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (end) {
      if (open.pop() !== tag) return [...open, `/${tag}`]
    } else if (self !== '/' && tag !== 'meta') open.push(tag)
  }
  return open
}

for (const language of languages) {
  test(`the page in ${language} stands alone: whole, without scripts, and fetching nothing`, (t) => {
    const page = reportPage(sampleReport(), language)
    t.regex(page, /^<!doctype html>\n<html lang="(en|zh-CN)">/)
    t.deepEqual(unbalanced(page), [])
    t.notRegex(page, /<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/)
    t.regex(page, /default-src 'none'/)
    t.is(page.match(/<svg viewBox="0 0 980/g)?.length, 2, 'the timeline and the matrix')
    t.is(page.match(/<svg viewBox="0 0 460/g)?.length, 2, 'a plot for each metric')
    t.regex(page, /prefers-color-scheme: dark/)
    t.regex(page, /@media print/)
    t.notRegex(page, /undefined|NaN|\[object/)
  })
}

test('whatever a host wrote stays text, on the page and in Markdown', (t) => {
  const hostile = fc.oneof(
    fc.constantFrom(
      '</pre><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '```\n# title',
      '| a | b |',
      '</title>',
      '\u202eevil',
      '\x1b[2J',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const report = structuredClone(sampleReport())
      const [host] = report.hosts
      const [finding] = host?.results[0]?.findings ?? []
      if (!host || !finding) return t.fail()
      finding.evidence = [{ source: a, lines: [b, a] }]
      finding.params = { said: a }
      finding.subject = `replica/${b}`
      host.name = a
      report.timeline = report.timeline.map((event) => ({ ...event, host: a, line: b }))
      report.mesh = report.mesh && { ...report.mesh, hosts: [a, b] }
      const page = reportPage(report, 'en')
      t.deepEqual(unbalanced(page), [])
      t.notRegex(page, /<script|<img|\u202e|\x1b/)
      const markdown = reportMarkdown(report, 'zh')
      t.notRegex(markdown.replaceAll(/^(`{3,}).*?^\1$/gms, '').replaceAll(/\\[<|#]/g, ''), /<script|<img|^# title/m)
      t.notRegex(reportText(report, { language: 'en', width: 80, paint: (_, plain) => plain, full: true }).join('\n'), /\x1b/)
    }),
    { numRuns: 60 },
  )
})

test('Markdown has the verdict as its title, commands in fences and evidence folded away', (t) => {
  const markdown = reportMarkdown(sampleReport(), 'en')
  t.regex(markdown, /^# CRITICAL — gpu-01 · GPU 8f3a1c2d: /)
  t.regex(markdown, /```sh\n +apt-get install -y nvidia-utils\n +```/)
  t.regex(markdown, /<details><summary>What was seen<\/summary>\n\n\/dev\/kmsg\n\n```\nNVRM: Xid/)
  t.regex(markdown, /\| gpu-05 \| 61 Gbit\/s, 14 ms \|/)
})

test('a report of a fleet of 64 hosts is drawn without figures that would not fit', (t) => {
  const hosts = Array.from({ length: 64 }, (_, n) => `host-${String(n).padStart(2, '0')}`)
  const mesh = { hosts, rounds: 63, cells: [] }
  const page = reportPage({ ...sampleReport(), mesh }, 'en')
  t.deepEqual(unbalanced(page), [])
  t.is(page.match(/<title>host-\d\d → host-\d\d: not measured<\/title>/g)?.length, 64 * 63)
})

test('a code that this version does not know is shown with its figures, in both languages', (t) => {
  for (const language of languages) {
    const words = wordsIn(language)
    const { title, remedies } = words.finding({ code: 'gpu.melted', params: { celsius: 1064, where: ['a', 'b'] } })
    t.regex(title, /^gpu\.melted.*celsius 1064, where a, b/)
    t.deepEqual(remedies, [])
    t.is(words.check('gpu.taste'), 'gpu.taste')
    t.regex(words.event({ code: 'moon.landing', params: {} }), /^moon\.landing$/)
    t.regex(words.finding({ code: 'looking.late', params: { what: null as unknown as string, deadlineMs: 1_000 } }).title, /1 /)
  }
})

test('identities are shortened or left out everywhere, and what is left is still a report', (t) => {
  const report = sampleReport()
  const bare = withoutIdentities(report)
  const json = JSON.stringify(bare)
  t.false(json.includes(gpuA))
  t.false(json.includes('1652823054321'))
  t.true(json.includes('GPU-8f3a1c2d'))
  t.deepEqual(faultReport.parse(bare), bare)
  t.is(bare.incidents.length, report.incidents.length)
  const lines = [
    'Serial Number : 1652823054321',
    'link/ether 02:42:ac:11:00:02',
    'MIG-1b2c3d4e-55aa-4b0e-9c1d-0123456789ab at 0000:1b:00.0',
  ]
  const [host] = report.hosts
  const [finding] = host?.results[0]?.findings ?? []
  if (finding) finding.evidence = [{ source: 'x', lines }]
  t.deepEqual(withoutIdentities(report).hosts[0]?.results[0]?.findings[0]?.evidence[0]?.lines, [
    'Serial Number : …',
    'link/ether xx:xx:xx:11:00:02',
    'MIG-1b2c3d4e at 0000:1b:00.0',
  ])
})
