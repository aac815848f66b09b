import { parseArgs } from 'node:util'
import { closestName } from './closest-name.ts'
