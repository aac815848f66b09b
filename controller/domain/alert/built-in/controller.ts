import type { BuiltInRule } from './rule.ts'

export const controllerRules: readonly BuiltInRule[] = [
  {
    kind: 'AlertRule',
    name: 'gateway-missing',
    severity: 'critical',
    signal: 'fleet.gateways-missing',
    for: '1m',
    annotations: {
      summary: 'No gateway is connected',
      description: 'There are deployments, and nobody carries traffic to them that hears of changes.',
      remedy: 'See whether hostler gateway runs and reaches the controller: hostler get gateways.',
      zh: {
        summary: '没有网关在线',
        description: '存在部署，但没有能接收变更的网关为其转发流量。',
        remedy: '检查 hostler gateway 是否运行并能连到控制器：hostler get gateways。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'certificate-expiring',
    severity: 'warning',
    signal: 'controller.certificate-days-left',
    below: 14,
    for: '1h',
    annotations: {
      summary: 'The certificate of {{certificate}} ends in {{value}}',
      description:
        'Certificates renew by themselves after two thirds of their life; this one did not. When it is over, its side can no longer connect.',
      remedy: 'See the log of that daemon for why renewal fails, and restart it. A host can join again with hostler token create.',
      zh: {
        summary: '{{certificate}} 的证书将在 {{value}}后到期',
        description: '证书在有效期过去三分之二后会自动更新，但这一份没有。到期后该方将无法连接。',
        remedy: '查看该进程日志了解更新失败的原因并重启。主机可用 hostler token create 重新加入。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'maintenance-failed',
    severity: 'warning',
    signal: 'controller.maintenance-failed',
    annotations: {
      summary: 'The last backup of the database failed',
      description: 'Backups and the removal of old events did not go through; most often the disk is full.',
      remedy: "See the controller's log for the reason; free space in its data directory.",
      zh: {
        summary: '最近一次数据库备份失败',
        description: '备份与旧事件清理未完成，最常见的原因是磁盘已满。',
        remedy: '查看控制器日志；清理其数据目录所在磁盘。',
      },
    },
  },
  {
    kind: 'AlertRule',
    name: 'backup-old',
    severity: 'warning',
    signal: 'controller.backup-age-seconds',
    above: 259_200,
    annotations: {
      summary: 'The newest backup of the database is {{value}} old',
      description: 'After the loss of the disk, everything since then would be forgotten.',
      remedy: "See maintenance.schedule in the controller's settings, and its log.",
      zh: {
        summary: '最新的数据库备份已是 {{value}}之前',
        description: '若磁盘损坏，此后的变更都会丢失。',
        remedy: '检查控制器设置 maintenance.schedule 及其日志。',
      },
    },
  },
]
