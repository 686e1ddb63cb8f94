export const prefix = "heed.";

/** localStorage that never throws: blocked or full, it forgets, and the page goes on. */
export interface Storage {
  get(name: string): string | null;
  /** Whether it was kept. */
  set(name: string, value: string): boolean;
  remove(name: string): void;
  /** The names that begin so. */
  names(beginning: string): string[];
}

export function openStorage(): Storage {
  // Even reading the property throws where a person blocked storage.
  const attempt = <T>(use: (storage: globalThis.Storage) => T, otherwise: T): T => {
    try {
      return use(localStorage);
    } catch {
      return otherwise;
    }
  };
  return {
    get: (name) => attempt((storage) => storage.getItem(prefix + name), null),
    set: (name, value) =>
      attempt((storage) => {
        storage.setItem(prefix + name, value);
        return true;
      }, false),
    remove: (name) => attempt((storage) => storage.removeItem(prefix + name), undefined),
    names: (beginning) =>
      attempt((storage) => Object.keys(storage), [])
        .filter((key) => key.startsWith(prefix + beginning))
        .map((key) => key.slice(prefix.length)),
  };
}
