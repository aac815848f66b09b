import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import { pause } from '../../../../shared/lifecycle/deadline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { lookAtGpus, type Report } from './report.ts'

type Answered<T> = T extends { readonly state: 'ok'; readonly value: infer Value } ? Value : never
export type Links = Answered<Awaited<ReturnType<CheckContext['gpuNvLinks']>>>
export type LinkErrors = Answered<Awaited<ReturnType<CheckContext['gpuNvLinkErrors']>>>

const crc = /crc/

const crcOf = (errors: LinkErrors, uuid: string, link: number): number =>
  Object.entries(errors.find((gpu) => gpu.uuid === uuid)?.links.find((candidate) => candidate.link === link)?.counts ?? {})
    .filter(([kind]) => crc.test(kind))
    .reduce((sum, [, value]) => sum + value, 0)

/** Pure. `before` and `after` lie so many seconds apart. */
export const judgeNvLinks = (
  report: Report,
  links: Links,
  before: LinkErrors,
  after: LinkErrors,
  seconds: number,
  mostPerSecond: number,
): CheckOutcome => {
  const findings: Finding[] = []
  for (const { uuid, links: all } of links) {
    const which = { uuid, bus: report.gpus.find((gpu) => gpu.uuid === uuid)?.pci.busId ?? '' }
    const down = all.filter(({ active }) => !active).map(({ link }) => link)
    const active = all.length - down.length
    // A GPU with none at all up has none in use: a single board with NVLink, without a bridge.
    if (down.length > 0 && active > 0) {
      const evidence = [
        seen(
          'nvidia-smi nvlink --status',
          all.map((link) => `Link ${link.link}: ${link.active ? `${link.gigabytesPerSecond} GB/s` : 'inactive'}`),
        ),
      ]
      findings.push(found('gpu.nvlink-down', 'CRITICAL', { subject: `gpu/${uuid}`, params: { ...which, links: down, active }, evidence }))
    }
    for (const { link } of all) {
      const perSecond = Math.max(0, crcOf(after, uuid, link) - crcOf(before, uuid, link)) / seconds
      if (perSecond < mostPerSecond) continue
      const evidence = [
        seen(
          'nvidia-smi nvlink -e',
          `Link ${link}: ${crcOf(before, uuid, link)}, ${seconds} s later ${crcOf(after, uuid, link)} CRC errors`,
        ),
      ]
      findings.push(found('gpu.nvlink-errors', 'WARNING', { subject: `gpu/${uuid}`, params: { ...which, link, perSecond }, evidence }))
    }
  }
  const up = links.reduce((sum, { links: all }) => sum + all.filter(({ active }) => active).length, 0)
  return {
    findings,
    looked: [seen('nvidia-smi nvlink --status', links.length === 0 ? 'no NVLink' : `${up} links up on ${links.length} GPUs`)],
  }
}

const betweenMs = 2_000

const failed = (what: string, detail: string): CheckOutcome => ({
  findings: [found('looking.failed', 'UNKNOWN', { subject: 'host', params: { what, message: detail }, evidence: [] })],
  looked: [],
})

export const nvlink: Check = {
  id: 'gpu.nvlink',
  subject: 'gpu',
  deadlineMs: 60_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    if ('outcome' in looked) return looked.outcome
    const links = await context.gpuNvLinks(signal)
    if (links.state !== 'ok') return failed('nvidia-smi nvlink --status', links.detail)
    if (links.value.length === 0) return judgeNvLinks(looked.report, [], [], [], 1, 1)
    const before = await context.gpuNvLinkErrors(signal)
    await pause(betweenMs, signal)
    const after = await context.gpuNvLinkErrors(signal)
    if (before.state !== 'ok' || after.state !== 'ok') {
      const { findings } = judgeNvLinks(looked.report, links.value, [], [], 1, Number.POSITIVE_INFINITY)
      const unread = failed('nvidia-smi nvlink -e', before.state === 'ok' ? 'its second answer could not be read' : before.detail)
      return { findings: [...findings, ...unread.findings], looked: [] }
    }
    return judgeNvLinks(
      looked.report,
      links.value,
      before.value,
      after.value,
      betweenMs / 1_000,
      context.thresholds.nvlinkCrcErrorsPerSecond,
    )
  },
}
