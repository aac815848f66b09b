import type { GpuFindings } from '../../catalogue/gpu.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'
import { type KnownXid, type XidAction, xidActions } from '../../catalogue/xid.ts'
import { xidActionWords, xidWords } from './xid.ts'

const at = (bus: string, uuid: string): string => (bus === '' ? uuid : `（${bus}）`)

const drain: Remedy = { text: '先排空该主机：其副本会先在其他主机上提供服务，再从此处撤离', command: 'hostler drain HOST' }
const reset = (bus: string): Remedy[] => [
  drain,
  { text: '重置该 GPU', command: bus === '' ? 'nvidia-smi --gpu-reset' : `nvidia-smi --gpu-reset -i ${bus}` },
]
const reboot: Remedy[] = [drain, { text: '重启主机', command: 'systemctl reboot' }]
const replace: Remedy[] = [drain, { text: '收集厂商所需信息并更换该卡', command: 'nvidia-bug-report.sh' }]

const remediesOf = (action: string, bus: string): Remedy[] => {
  if (action === 'reset') return reset(bus)
  if (action === 'reboot') return reboot
  if (action === 'replace') return replace
  const words = xidActions.includes(action as XidAction) ? xidActionWords[action as XidAction] : '请在 NVIDIA 的 Xid 目录中查询该代码'
  return [{ text: words, command: 'dmesg --ctime | grep -i xid' }]
}

export const gpuFindings: RoomWords<never, GpuFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'gpu.missing': ({ bus, onBus, inDriver }) => ({
    title: `位于 ${bus} 的 GPU 不可用：驱动只识别到 ${onBus} 块中的 ${inDriver} 块`,
    why: 'PCI 总线能看到该卡，说明供电和插槽正常，但驱动未能启动它或已放弃它。副本无法调度到该卡上。',
    remedies: [
      { text: '查看驱动对它的报告', command: `dmesg --ctime | grep -iE "nvrm|xid|${bus}"` },
      ...reboot,
      { text: '冷启动后仍不出现时，重新插拔该卡', command: '' },
    ],
  }),
  'gpu.gone': ({ uuid, replicas }) => ({
    title: `GPU ${uuid} 已消失${replicas.length === 0 ? '' : `；${replicas.join('、')} 无法运行`}`,
    why: '此处应有该 GPU，但驱动和 PCI 总线都已看不到它：可能掉电、接触不良或被拆除。',
    remedies: [
      { text: '查看最后的相关日志', command: 'dmesg --ctime | grep -iE "nvrm|xid|pcieport"' },
      ...reboot,
      { text: '重新插拔并检查供电线', command: '' },
    ],
  }),
  'gpu.unreadable': ({ bus, faults }) => ({
    title: `位于 ${bus} 的 GPU 无法读取状态：${faults.join('、')}`,
    why: '驱动认得它却读不到数据，刚发生故障的 GPU 常有此表现。',
    remedies: [{ text: '查看驱动对它的报告', command: 'dmesg --ctime | grep -iE "nvrm|xid"' }, ...reboot],
  }),
  'gpu.driver-wedged': ({ detail, stuck }) => ({
    title: 'NVIDIA 驱动挂起',
    why: `${detail}。${stuck.length === 0 ? '' : `卡在内核中的进程：${stuck.join('、')}。`}正在运行的引擎可能继续工作，但 GPU 状态无法查看或更改，结束的引擎也可能无法释放 GPU。`,
    remedies: [{ text: '查看卡在何处', command: 'dmesg --ctime | grep -iE "nvrm|xid|blocked for more"' }, ...reboot],
  }),
  'gpu.driver-mismatch': ({ kernel, tools }) => ({
    title: `内核中的 NVIDIA 驱动（${kernel}）与用户态程序（${tools}）版本不一致`,
    why: '驱动包已升级而旧模块仍在运行。已运行的引擎可继续，新引擎无法使用 GPU。',
    remedies: [
      ...reboot,
      { text: '防止自动升级再次造成此问题', command: "apt-mark hold $(dpkg -l | awk '/nvidia-(driver|kernel|utils)/ {print $2}')" },
    ],
  }),
  'gpu.driver-unreachable': ({ detail, loaded }) => ({
    title: '无法连接 NVIDIA 驱动',
    why: `${detail}。内核模块${loaded ? '已加载，说明它未能启动 GPU' : '未加载：没有为当前内核编译，或被禁用'}。`,
    remedies: [
      { text: '加载模块并查看输出', command: 'modprobe nvidia; dmesg | tail -n 30' },
      { text: '内核升级后，为新内核编译模块', command: 'dkms autoinstall' },
    ],
  }),
  'gpu.figures-old': ({ detail }) => ({
    title: 'GPU 数据不是最新的',
    why: `${detail}。所显示的 GPU 数据与其标注的时间一样旧。`,
    remedies: [{ text: '手动查询', command: 'timeout 20 nvidia-smi' }],
  }),
  'gpu.xid': ({ bus, uuid, code, action, times, processes, recurring }) => ({
    title: `GPU ${at(bus, uuid)} 报告 Xid ${code}：${xidWords[code as KnownXid] ?? '表中未收录的故障'}${times === 1 ? '' : `，共 ${times} 次`}`,
    why: `${processes.length === 0 ? '' : `涉及进程 ${processes.join('、')}。`}${recurring ? '反复出现，更可能是硬件而非程序的问题。' : ''}${
      xidActions.includes(action as XidAction) ? `${xidActionWords[action as XidAction]}。` : ''
    }`,
    remedies: [
      ...remediesOf(action, bus),
      ...(recurring && action !== 'replace' ? [{ text: '处理后仍出现时更换该卡', command: 'nvidia-bug-report.sh' }] : []),
    ],
  }),
  'gpu.sxid': ({ bus, code, fatal, times, links }) => ({
    title: `位于 ${bus} 的 NVSwitch 报告${fatal ? '致命' : '非致命'} SXid ${code}${times === 1 ? '' : `，共 ${times} 次`}`,
    why: `${links.length === 0 ? '' : `链路 ${links.join('、')}。`}${fatal ? '其后的 GPU 失去 NVLink，多卡副本会失败。' : '已被处理；频繁出现说明某条链路即将失效。'}`,
    remedies: fatal
      ? [...reboot, { text: '查看 fabric manager 日志', command: 'journalctl -u nvidia-fabricmanager --since -1h' }]
      : [{ text: '查看 fabric manager 日志', command: 'journalctl -u nvidia-fabricmanager --since -1h' }],
  }),
  'gpu.recovery-action': ({ bus, uuid, action }) => ({
    title: `驱动要求对 GPU ${at(bus, uuid)} 执行“${action}”`,
    why: '驱动判断不执行该操作，GPU 已无法继续工作或难以维持。',
    remedies: /reboot/i.test(action) ? reboot : reset(bus),
  }),
  'gpu.row-remap-pending': ({ bus, uuid }) => ({
    title: `GPU ${at(bus, uuid)} 有一行坏显存等待由备用行替换`,
    why: '重置之前坏行仍在使用或被隔离，可能继续出错。',
    remedies: reset(bus),
  }),
  'gpu.row-remap-failed': ({ bus, uuid }) => ({
    title: `GPU ${at(bus, uuid)} 的显存已无备用行可用`,
    why: '错误无法再修复，计算结果随时可能丢失。',
    remedies: replace,
  }),
  'gpu.pages-pending': ({ bus, uuid }) => ({
    title: `GPU ${at(bus, uuid)} 有坏显存页等待停用`,
    why: '重新加载驱动时生效。',
    remedies: reboot,
  }),
  'gpu.pages-many': ({ bus, uuid, pages }) => ({
    title: `GPU ${at(bus, uuid)} 已停用 ${pages} 个显存页`,
    why: '每块卡最多 64 页，达到 60 页即可向厂商更换。',
    remedies: replace,
  }),
  'gpu.uncorrected-errors': ({ bus, uuid, sram, dram, thresholdExceeded }) => ({
    title: `GPU ${at(bus, uuid)} 出现无法纠正的存储错误：片上 ${sram} 个，显存 ${dram} 个`,
    why: thresholdExceeded
      ? '片上错误已超过厂商限值，还会再次出错。'
      : '自驱动加载以来的计数。每个错误都使某个程序丢失结果；片上错误无法修复。',
    remedies: thresholdExceeded ? replace : [...reset(bus), { text: '再次出现时更换该卡', command: 'nvidia-bug-report.sh' }],
  }),
  'gpu.repair-pending': ({ bus, uuid, parts }) => ({
    title: `GPU ${at(bus, uuid)} 等待重置以自我修复（${parts.join('、')}）`,
    why: '修复在重置时进行。',
    remedies: reset(bus),
  }),
  'gpu.memory-unrepairable': ({ bus, uuid }) => ({
    title: `GPU ${at(bus, uuid)} 的显存无法修复`,
    why: '由驱动报告。',
    remedies: replace,
  }),
  'gpu.ecc-off': ({ bus, uuid }) => ({
    title: `GPU ${at(bus, uuid)} 的 ECC 已关闭`,
    why: '位错误不会被发现，回答可能出错而毫无迹象。',
    remedies: [{ text: '开启 ECC，重置后生效', command: `nvidia-smi -e 1${bus === '' ? '' : ` -i ${bus}`}` }],
  }),
  'gpu.throttled': ({ bus, uuid, reason, minutes, celsius }) => ({
    title: `GPU ${at(bus, uuid)} 正在降频：${
      reason === 'thermal' ? `过热${celsius > 0 ? `（${celsius} °C）` : ''}` : reason === 'power-brake' ? '供电要求降频' : '硬件要求降频'
    }`,
    why: `${minutes < 0 ? '当前正在发生' : `最近十分钟中有 ${minutes} 分钟`}。其上的副本响应变慢，与之协作的副本也要等待。`,
    remedies:
      reason === 'thermal'
        ? [{ text: '检查风扇、滤网和机房温度', command: 'nvidia-smi -q -d TEMPERATURE,PERFORMANCE' }]
        : [{ text: '检查电源、线缆和机柜功率上限', command: 'ipmitool sdr type "Power Supply"' }],
  }),
  'gpu.pcie-degraded': ({ bus, uuid, width, widthMax, generation, generationMax }) => ({
    title: `GPU ${at(bus, uuid)} 的 PCIe 链路降级：x${width}（最大 x${widthMax}），第 ${generation} 代（最高第 ${generationMax} 代）`,
    why: '数值在负载下读取，并非节能所致。加载权重和主机间通信都会变慢。',
    remedies: [
      { text: '查看两端的能力', command: `lspci -vvs ${bus} | grep -E "LnkCap|LnkSta"` },
      { text: '重新插拔该卡或转接卡', command: '' },
    ],
  }),
  'gpu.pcie-replays': ({ bus, uuid, perMinute }) => ({
    title: `GPU ${at(bus, uuid)} 的 PCIe 链路每分钟重传 ${Math.round(perMinute)} 个数据包`,
    why: '接触不良：灰尘、转接卡或插槽问题，往往最终导致 GPU 掉线。',
    remedies: [
      { text: '查看总线是否报错', command: 'dmesg --ctime | grep -i aer' },
      { text: '重新插拔该卡或转接卡', command: '' },
    ],
  }),
  'gpu.nvlink-down': ({ bus, uuid, links, active }) => ({
    title: `GPU ${at(bus, uuid)} 的 NVLink ${links.join('、')} 已断开，${active} 条正常`,
    why: '多卡副本会变慢，或在启动时失败。',
    remedies: [{ text: '查看所有链路状态', command: 'nvidia-smi nvlink --status' }, ...reset(bus)],
  }),
  'gpu.nvlink-errors': ({ bus, uuid, link, perSecond }) => ({
    title: `GPU ${at(bus, uuid)} 的 NVLink ${link} 每秒 ${Math.round(perSecond)} 个 CRC 错误`,
    why: '损坏的数据会重传，链路因此变慢，也可能断开。',
    remedies: [{ text: '查看所有链路的错误', command: 'nvidia-smi nvlink -e' }, ...reset(bus)],
  }),
  'gpu.foreign-holder': ({ bus, uuid, pid, process, container, usedMiB, replica }) => ({
    title: `${process}（pid ${pid}${container === '' ? '' : `，容器 ${container}`}）占用 GPU ${at(bus, uuid)} ${usedMiB} MiB，且不属于本系统`,
    why: replica === '' ? '目前没有副本要在其上运行；今后调度到该卡的副本可用显存会变少。' : `${replica} 要在其上运行，可用显存因此减少。`,
    remedies: [
      { text: '查看该进程', command: `ps -o pid,user,etime,args -p ${pid}` },
      { text: '停止它，或为它另分配 GPU', command: container === '' ? `kill ${pid}` : `docker stop ${container}` },
    ],
  }),
  'gpu.lost-in-container': ({ replica, container, evidence }) => ({
    title: `${replica} 的容器失去了对 GPU 的访问，而主机上 GPU 正常`,
    why: `${evidence}。systemctl daemon-reload 会收回由 NVIDIA 运行时钩子授予容器的设备权限。`,
    remedies: [
      { text: '删除该容器：agent 会重新启动它并重新获得权限', command: `docker rm -f ${container}` },
      { text: '改用 systemd 能识别的 CDI 分配 GPU', command: 'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml' },
    ],
  }),
  'gpu.persistence-off': ({ gpus }) => ({
    title: `${gpus} 块 GPU 未开启持久模式`,
    why: '无人使用时驱动会释放 GPU，引擎每次启动、每次查询都要多花数秒。',
    remedies: [{ text: '运行保持 GPU 打开的守护进程', command: 'systemctl enable --now nvidia-persistenced' }],
  }),
}
