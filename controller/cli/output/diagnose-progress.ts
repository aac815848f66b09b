import type { CommandContext } from '../context.ts'
import type { DiagnoseStep } from '../link/diagnosis-link.ts'
import { createScreen } from '../terminal/screen.ts'
import { truncate } from '../terminal/width.ts'

/** Shows how far a diagnosis is, on stderr: in place on a terminal, else a line for each host. */
export interface DiagnoseProgressView {
  show(step: DiagnoseStep): void
  end(): void
}

export const diagnoseProgress = (context: CommandContext): DiagnoseProgressView => {
  const { io, paint } = context
  const asked = new Set<string>()
  if (!io.isTTY.stderr) {
    return {
      show: ({ done, total, host, doing, error }) => {
        if (doing === 'asked') return
        context.note(`${done}/${total} ${host === '' ? doing : `${host}: ${error === '' ? doing : `${doing}: ${error}`}`}`)
      },
      end: () => {},
    }
  }
  const screen = createScreen({ write: (text) => io.stderr.write(text), rows: io.rows })
  return {
    show({ done, total, host, doing, error }) {
      if (doing === 'asked') asked.add(host)
      else asked.delete(host)
      if (error !== '') {
        screen.clear()
        context.note(`${paint.stderr('bad', host)}: ${doing}: ${error}`)
      }
      const busy = host === '' ? doing : [...asked].join(', ')
      screen.draw([truncate(`diagnosing ${done}/${total}${busy === '' ? '' : `: ${busy}`}`, (io.columns() ?? 80) - 1)])
    },
    end: () => screen.clear(),
  }
}
