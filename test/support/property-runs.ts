/** How often a property of a planner is tried: as often as its test says, or as HOSTLER_PROPERTY_RUNS does for all of them. */
export const propertyRuns = (usual: number): number => Number(process.env.HOSTLER_PROPERTY_RUNS ?? usual)
