import type { RoomWords } from '../../catalogue/room.ts'
import type { StorageCauses, StorageEvents, StorageFindings, storageChecks } from '../../catalogue/storage.ts'

export const storage: RoomWords<(typeof storageChecks)[number], StorageFindings, StorageCauses, StorageEvents> = {
  checks: {},
  findings: {},
  causes: {},
  events: {},
}
