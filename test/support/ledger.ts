import { join } from 'node:path'
import { openSqliteStore } from '../../controller/store/sqlite-store.ts'
import type { Store } from '../../controller/store/store.ts'
import type { UseCaseContext } from '../../controller/usecases/context.ts'
import { Ledger } from '../../controller/usecases/ledger.ts'
import { randomSecrets } from '../../controller/usecases/secrets.ts'
import { systemClock } from '../../shared/clock/clock.ts'
import { scratchDirectory } from './scratch.ts'

export interface TestLedger extends AsyncDisposable {
  readonly ledger: Ledger
  readonly store: Store
  readonly context: UseCaseContext
}

/** A ledger on a real database in a directory of its own. */
export const openTestLedger = async (): Promise<TestLedger> => {
  const directory = await scratchDirectory()
  const store = await openSqliteStore(join(directory.path, 'hostler.db'), { nowUnixMs: 0 })
  const ledger = await Ledger.open(store)
  return {
    ledger,
    store,
    context: { ledger, clock: systemClock, secrets: randomSecrets },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    },
  }
}
