export const outputFormats = ['table', 'wide', 'json', 'yaml', 'name'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** For people, not for a program that reads stdout. */
export const isForPeople = (output: OutputFormat): boolean => output === 'table' || output === 'wide'

/** Shows no more than a row for each thing. */
export const isBrief = (output: OutputFormat): boolean => isForPeople(output) || output === 'name'
