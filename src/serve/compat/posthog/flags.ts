/** What a project without feature flags answers to /flags and /decide, in all of their versions at once. */
export const noFlags = {
  flags: {},
  featureFlags: {},
  featureFlagPayloads: {},
  errorsWhileComputingFlags: false,
  sessionRecording: false,
  supportedCompression: ["gzip", "gzip-js"],
} as const;

/** The same for libraries that evaluate flags themselves. */
export const noDefinitions = { flags: [], group_type_mapping: {}, cohorts: {} } as const;
