/** One kept version of a bundle. */
export interface BundleVersion {
  name: string;
  /** 1, 2, 3 ... within a project and name; never used again. */
  version: number;
  /** When it was put, RFC 3339. */
  created: string;
  /** SHA-256 of its files' names and contents. */
  fingerprint: string;
  /** What its maker says of it (metrics, configuration, the data's fingerprint): any JSON object. */
  about: Readonly<Record<string, unknown>>;
}

/** One kept version of an override. */
export interface Override {
  key: string;
  version: number;
  created: string;
  /** Any JSON; null when it was taken back. */
  value: unknown;
}

/**
 * Trained bundles and settings, by version, with one current bundle a name. Readers see the old one or the new one,
 * never half of either, whatever process wrote it. The contract is `registryContract` of heed/testing.
 */
export interface Registry {
  readonly specification: "registry/1";
  /** Keeps a copy of a folder as the next version; it does not become current. */
  put(
    project: string,
    name: string,
    folder: string,
    about?: Readonly<Record<string, unknown>>,
  ): Promise<BundleVersion>;
  /** A local folder with a version's files, checked against its fingerprint; not to be written to. */
  fetch(project: string, name: string, version: number): Promise<string>;
  list(project: string, name: string): Promise<BundleVersion[]>;
  names(project: string): Promise<string[]>;
  /** The version that serves, or null. */
  current(project: string, name: string): Promise<BundleVersion | null>;
  /** Makes a version current; the one before is remembered. */
  promote(project: string, name: string, version: number): Promise<BundleVersion>;
  /** Makes the one before the current one current again; an error when there is none. */
  rollback(project: string, name: string): Promise<BundleVersion>;
  /**
   * Puts other files in a version's place, which stays what it was otherwise: for taking out what an erased user left in it.
   * Readers have the old files or the new ones; the old ones are deleted.
   */
  replace(project: string, name: string, version: number, folder: string): Promise<BundleVersion>;
  /** Deletes a version that is neither current nor remembered for rollback. */
  remove(project: string, name: string, version: number): Promise<void>;

  /** Sets an override. With `ifVersion` only if that is its newest version (0: none yet), else HeedError "conflict". */
  setOverride(
    project: string,
    key: string,
    value: unknown,
    options?: { ifVersion?: number },
  ): Promise<Override>;
  /** The newest version of every override whose value is not null, in order of key. */
  overrides(project: string): Promise<Override[]>;
  /** Every version of one override, oldest first. */
  overrideHistory(project: string, key: string): Promise<Override[]>;
  close(): Promise<void>;
}
