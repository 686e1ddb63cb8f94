/** A public data set Heed can read: what it is called, its terms, where it comes from, and its loader. */
export interface Importer<Loaded> {
  /** The name of its folder, unless `folder` says otherwise. */
  name: string;
  /** The folder that it shares with another data set. */
  folder?: string;
  licence: string;
  source: string;
  /** The files its folder must hold. */
  files: readonly string[];
  /** Reads the folder; a file that is absent, damaged or not as expected is a `HeedError` that names it. */
  load(folder: string): Loaded;
}
