import { readFileSync } from 'node:fs'

/** The text of a capture in test/fixtures. */
export const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

/** A report around the inner XML of its GPUs. */
export const report = (...gpus: readonly string[]): string =>
  [
    '<?xml version="1.0" ?>',
    '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">',
    '<nvidia_smi_log>',
    `<driver_version>550.54.15</driver_version><attached_gpus>${gpus.length}</attached_gpus>`,
    ...gpus.map((inner, index) => `<gpu id="00000000:0${index + 1}:00.0">${inner}</gpu>`),
    '</nvidia_smi_log>',
  ].join('\n')
