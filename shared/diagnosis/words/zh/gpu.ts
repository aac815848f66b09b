import type { GpuCauses, GpuEvents, GpuFindings, gpuChecks } from '../../catalogue/gpu.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { gpuFindings } from './gpu-findings.ts'
import { kernelEvents } from './kernel.ts'

export const gpu: RoomWords<(typeof gpuChecks)[number], GpuFindings, GpuCauses, GpuEvents> = {
  checks: {
    'gpu.count': 'PCI 总线、驱动与预期的 GPU 数量',
    'gpu.driver': '驱动是否响应，与其程序是否匹配',
    'gpu.xid': '内核记录的 GPU 与 NVSwitch 故障',
    'gpu.recovery-action': '驱动是否要求重置或重启',
    'gpu.memory-health': '纠错、行重映射与停用页',
    'gpu.throttling': '因过热或供电而降频',
    'gpu.pcie': 'PCIe 宽度、代数与重传',
    'gpu.nvlink': '断开的 NVLink 及其错误',
    'gpu.foreign-holders': 'GPU 上不属于本系统的进程',
    'gpu.container-access': '容器是否仍能访问其 GPU',
    'gpu.persistence': '驱动是否保持 GPU 打开',
  },
  findings: gpuFindings,
  causes: {
    'gpu.idle': ({ uuid }) => `GPU ${uuid} 并非空闲`,
    'gpu.driver-answers': ({ version }) => `驱动 ${version} 有响应`,
  },
  events: {
    ...kernelEvents,
    'gpu.lost': ({ uuid, bus }) => `位于 ${bus} 的 GPU（${uuid}）已丢失`,
  },
}
