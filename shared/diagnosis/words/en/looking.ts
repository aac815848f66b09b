import type { LookingCauses, LookingEvents, LookingFindings, lookingChecks } from '../../catalogue/looking.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const looking: RoomWords<(typeof lookingChecks)[number], LookingFindings, LookingCauses, LookingEvents> = {
  checks: {},
  findings: {
    'looking.program-missing': ({ program, package: name }) => ({
      title: `Could not look: ${program} is not installed`,
      why: `This check runs ${program}, which this host does not have. Nothing is known either way.`,
      remedies: [{ text: `Install the package that brings ${program}`, command: `apt-get install -y ${name}` }],
    }),
    'looking.forbidden': ({ what }) => ({
      title: `Could not look: no permission to read ${what}`,
      why: 'The agent lacks a right that this check needs. Nothing is known either way.',
      remedies: [{ text: 'Run the agent as root, or grant the right that is missing', command: 'systemctl cat hostler-agent' }],
    }),
    'looking.late': ({ what, deadlineMs }) => ({
      title: `Could not look: ${what} did not answer within ${deadlineMs / 1000} s`,
      why: 'It was abandoned so that nothing else waits for it. A program that hangs like this is often a fault of its own.',
      remedies: [{ text: 'See what it waits for; state D is the kernel or the driver', command: 'ps -eo pid,stat,wchan:30,etime,args' }],
    }),
    'looking.failed': ({ what, message }) => ({
      title: `Could not look: ${what} failed`,
      why: message,
      remedies: [],
    }),
    'looking.unreadable': ({ what }) => ({
      title: `Could not look: what ${what} printed could not be read`,
      why: 'The output has a form that this version does not know. Nothing is known either way.',
      remedies: [],
    }),
  },
  causes: {},
  events: {},
}
