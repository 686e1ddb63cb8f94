/** A value of an entity's attribute. */
export type Attribute = string | number | boolean | string[] | null;

/** An item (or document) of the catalogue. */
export interface Item {
  item: string;
  title?: string | undefined;
  categories?: string[] | undefined;
  /** Not to be recommended, but kept and known. */
  hidden?: boolean | undefined;
  /** When it appeared, RFC 3339; "latest" lists order by it. */
  time?: string | undefined;
  attributes?: Record<string, Attribute> | undefined;
}

export interface User {
  user: string;
  attributes?: Record<string, Attribute> | undefined;
}

/** What becomes known of a user. */
export interface UserChange {
  user: string;
  set?: Readonly<Record<string, Attribute>> | undefined;
  /** Kept only where nothing was known before. */
  setOnce?: Readonly<Record<string, Attribute>> | undefined;
  unset?: readonly string[] | undefined;
}
