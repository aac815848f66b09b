import type { LookingCauses, LookingEvents, LookingFindings, lookingChecks } from '../../catalogue/looking.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const looking: RoomWords<(typeof lookingChecks)[number], LookingFindings, LookingCauses, LookingEvents> = {
  checks: {},
  findings: {
    'looking.program-missing': ({ program, package: name }) => ({
      title: `无法检查：未安装 ${program}`,
      why: `此项检查需要运行 ${program}，而该主机上没有。因此无法判断是否正常。`,
      remedies: [{ text: `安装提供 ${program} 的软件包`, command: `apt-get install -y ${name}` }],
    }),
    'looking.forbidden': ({ what }) => ({
      title: `无法检查：没有权限读取 ${what}`,
      why: 'agent 缺少此项检查所需的权限，因此无法判断是否正常。',
      remedies: [{ text: '以 root 身份运行 agent，或授予所缺的权限', command: 'systemctl cat hostler-agent' }],
    }),
    'looking.late': ({ what, deadlineMs }) => ({
      title: `无法检查：${what} 在 ${deadlineMs / 1000} 秒内没有响应`,
      why: '已放弃等待，以免拖住其他检查。程序这样挂起，本身往往就是故障。',
      remedies: [{ text: '查看它在等什么；状态 D 表示卡在内核或驱动里', command: 'ps -eo pid,stat,wchan:30,etime,args' }],
    }),
    'looking.failed': ({ what, message }) => ({
      title: `无法检查：${what} 失败`,
      why: message,
      remedies: [],
    }),
    'looking.unreadable': ({ what }) => ({
      title: `无法检查：无法解析 ${what} 的输出`,
      why: '输出的格式不为此版本所知，因此无法判断是否正常。',
      remedies: [],
    }),
  },
  causes: {},
  events: {},
}
