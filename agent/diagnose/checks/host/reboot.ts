import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

/** Debian and Ubuntu: the first says that a reboot is wanted, the second which packages want it. */
const flag = '/run/reboot-required'
const packagesFile = '/run/reboot-required.pkgs'

/** Pure. */
export const judgeReboot = (wanted: boolean, packages: readonly string[]): CheckOutcome => ({
  findings: wanted
    ? [
        found('host.reboot-required', 'INFO', {
          subject: 'host',
          params: { packages: [...packages] },
          evidence: [seen(packagesFile, packages)],
        }),
      ]
    : [],
  looked: [seen(flag, wanted ? 'is there' : 'is not there')],
})

export const reboot: Check = {
  id: 'host.reboot',
  subject: 'host',
  deadlineMs: 5_000,
  run: async ({ files }) => {
    const packages = ((await files.text(packagesFile)) ?? '').split('\n').filter((line) => line !== '')
    return judgeReboot((await files.text(flag)) !== undefined, [...new Set(packages)])
  },
}
