import type { Ecc, EccCounts, RemapAvailability, RemappedRows, RetiredPages } from './gpu.ts'
import { section } from './present.ts'
import { count, quantity, state } from './values.ts'
import { at, child, type Element, textAt } from './xml.ts'

export const readEcc = (gpu: Element): Ecc | undefined => {
  const errors = child(gpu, 'ecc_errors')
  return section<Ecc>({
    enabled: state(textAt(gpu, 'ecc_mode', 'current_ecc')),
    enabledAfterReboot: state(textAt(gpu, 'ecc_mode', 'pending_ecc')),
    volatile: readCounts(child(errors, 'volatile')),
    aggregate: readCounts(child(errors, 'aggregate')),
    sramThresholdExceeded: state(textAt(errors, 'aggregate', 'sram_threshold_exceeded')),
    channelRepairPending: state(textAt(errors, 'channel_repair_pending')),
    tpcRepairPending: state(textAt(errors, 'tpc_repair_pending')),
    unrepairableMemory: state(textAt(errors, 'unrepairable_memory')),
  })
}

/**
 * Counts of one period. Turing and older have `single_bit` and `double_bit` by unit with a total; later boards have SRAM and
 * DRAM, and the newest split uncorrected SRAM errors into parity and SEC-DED. A total that is not given is the sum of the parts
 * that could be read.
 */
const readCounts = (period: Element | undefined): EccCounts | undefined => {
  const counted = (...path: string[]) => count(textAt(period, ...path))
  const sramUncorrectedParity = counted('sram_uncorrectable_parity')
  const sramUncorrectedSecded = counted('sram_uncorrectable_secded')
  const sramCorrected = counted('sram_correctable')
  const sramUncorrected = counted('sram_uncorrectable') ?? sum(sramUncorrectedParity, sramUncorrectedSecded)
  const dramCorrected = counted('dram_correctable') ?? counted('single_bit', 'device_memory')
  const dramUncorrected = counted('dram_uncorrectable') ?? counted('double_bit', 'device_memory')
  return section<EccCounts>({
    corrected: counted('single_bit', 'total') ?? sum(sramCorrected, dramCorrected),
    uncorrected: counted('double_bit', 'total') ?? sum(sramUncorrected, dramUncorrected),
    sramCorrected,
    sramUncorrected,
    sramUncorrectedParity,
    sramUncorrectedSecded,
    dramCorrected,
    dramUncorrected,
  })
}

const sum = (...parts: readonly (number | undefined)[]): number | undefined =>
  parts.reduce((total, part) => (part === undefined ? total : (total ?? 0) + part), undefined)

export const readRetiredPages = (element: Element | undefined): RetiredPages | undefined =>
  section<RetiredPages>({
    singleBit: count(textAt(element, 'multiple_single_bit_retirement', 'retired_count')),
    doubleBit: count(textAt(element, 'double_bit_retirement', 'retired_count')),
    pending: state(textAt(element, 'pending_retirement')) ?? state(textAt(element, 'pending_blacklist')),
  })

export const readRemappedRows = (element: Element | undefined): RemappedRows | undefined => {
  const banks = (name: string) => quantity(textAt(at(element, 'row_remapper_histogram'), `row_remapper_histogram_${name}`), 'banks')
  return section<RemappedRows>({
    corrected: count(textAt(element, 'remapped_row_corr')),
    uncorrected: count(textAt(element, 'remapped_row_unc')),
    pending: state(textAt(element, 'remapped_row_pending')),
    failure: state(textAt(element, 'remapped_row_failure')),
    banks: section<RemapAvailability>({
      max: banks('max'),
      high: banks('high'),
      partial: banks('partial'),
      low: banks('low'),
      none: banks('none'),
    }),
  })
}
