import { z } from 'zod'
import { faultReport } from '../../../shared/diagnosis/report.ts'

/** What `hostler report show -o json` prints, for those who read it with programs. */
export const reportJsonSchema = (): Record<string, unknown> => ({
  title: 'Hostler fault report',
  ...z.toJSONSchema(faultReport, { io: 'output' }),
})
