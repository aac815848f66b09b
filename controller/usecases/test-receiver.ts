import type { Notice, NoticeAlert } from '../domain/alert/model.ts'
import { untried } from '../domain/alert/notices.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import type { SendNotice } from './alert-dispatch.ts'
import type { UseCaseContext } from './context.ts'

/** Sends a notice that says that it is a test, once and without the outbox. Says how it went; throws NOTICE_FAILED. */
export const testReceiver = async (
  { clock, secrets }: UseCaseContext,
  send: SendNotice,
  receiver: AlertReceiver,
  author: string,
): Promise<string> => {
  const nowUnixMs = clock.unixMs()
  const id = secrets.newId('test')
  const alert: NoticeAlert = {
    id: `hostler-test{receiver=${JSON.stringify(receiver.name)}}`,
    rule: 'hostler-test',
    severity: 'info',
    labels: { receiver: receiver.name },
    status: 'firing',
    firedUnixMs: nowUnixMs,
    resolvedUnixMs: 0,
    value: 1,
    texts: {
      en: { summary: `A test of the receiver ${receiver.name}`, description: `${author} asked for it. Nothing is wrong.`, remedy: '' },
      zh: { summary: `接收者 ${receiver.name} 的测试`, description: `由 ${author} 发起，系统一切正常。`, remedy: '' },
    },
  }
  const notice: Notice = {
    id,
    receiver: receiver.name,
    groupId: `test/${receiver.name}`,
    labels: {},
    kind: 'news',
    alerts: [alert],
    ...untried(nowUnixMs),
  }
  return send(receiver, notice, new AbortController().signal)
}
