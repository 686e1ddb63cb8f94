/** From log position `position` on, what `anonymous` did belongs to `user`. */
export interface IdentityLink {
  anonymous: string;
  user: string;
  position: number;
}

/**
 * Who is who within one project, as data: every merged id's final user, and everybody's ids. Made from links alone, in
 * order of position, so that any process that knows them knows the same.
 */
export interface Identity {
  links: IdentityLink[];
  /** The final user of every id that was merged away. */
  finalUser: Map<string, string>;
  /** All ids of a final user, the user's own first; users without merges are absent. */
  ids: Map<string, string[]>;
}

/** A user can have so many ids: bounds the pairs that point-in-time joins go through. */
export const idsPerUser = 1_000;

export function createIdentity(links: readonly IdentityLink[] = []): Identity {
  const identity: Identity = { links: [], finalUser: new Map(), ids: new Map() };
  for (const link of links) addLink(identity, link);
  return identity;
}

/** The user an id stands for: itself unless it was merged; chains are followed to their end. */
export function resolveUser(identity: Identity, id: string): string {
  return identity.finalUser.get(id) ?? id;
}

/** Every id of the person behind `id`, the final user first. */
export function idsOf(identity: Identity, id: string): readonly string[] {
  const user = resolveUser(identity, id);
  return identity.ids.get(user) ?? [user];
}

/** Why a merge is refused, "known" when it was made before, or null when it can be made. */
export function mergeProblem(identity: Identity, anonymous: string, user: string): string | null {
  if (anonymous === user) return `"${anonymous}" is the same id twice`;
  const before = identity.finalUser.get(anonymous);
  const final = resolveUser(identity, user);
  if (before !== undefined)
    return before === final ? "known" : `"${anonymous}" already belongs to "${before}"`;
  if (final === anonymous) return `"${user}" was merged into "${anonymous}" before`;
  const count = idsOf(identity, anonymous).length + idsOf(identity, final).length;
  return count > idsPerUser ? `"${final}" would have ${count} ids; the limit is ${idsPerUser}` : null;
}

/** Adds a link in place. A link that `mergeProblem` refuses is left out: the first one said holds. */
export function addLink(identity: Identity, link: IdentityLink): void {
  if (mergeProblem(identity, link.anonymous, link.user) !== null) return;
  const final = resolveUser(identity, link.user);
  const moved = idsOf(identity, link.anonymous);
  identity.ids.set(final, [...idsOf(identity, final), ...moved]);
  identity.ids.delete(link.anonymous);
  for (const id of moved) identity.finalUser.set(id, final);
  identity.links.push(link);
}

/** Forgets a person: the links and every id. */
export function removePerson(identity: Identity, id: string): void {
  const ids = new Set(idsOf(identity, id));
  identity.ids.delete(resolveUser(identity, id));
  for (const each of ids) identity.finalUser.delete(each);
  identity.links = identity.links.filter((link) => !ids.has(link.anonymous));
}

/** `past`'s events count as `user`'s from log position `since` on. */
export interface IdentityPair {
  user: string;
  past: string;
  since: number;
}

/**
 * Every ordered pair of different ids of one person, with the position from which they were known to be the same: what
 * a point-in-time join needs, because at an earlier position a decision for one did not know the other's past.
 */
export function identityPairs(links: readonly IdentityLink[]): IdentityPair[] {
  const identity = createIdentity();
  const pairs: IdentityPair[] = [];
  for (const link of links) {
    if (mergeProblem(identity, link.anonymous, link.user) !== null) continue;
    const theirs = idsOf(identity, link.user);
    for (const a of idsOf(identity, link.anonymous)) {
      for (const b of theirs) {
        pairs.push({ user: a, past: b, since: link.position }, { user: b, past: a, since: link.position });
      }
    }
    addLink(identity, link);
  }
  return pairs;
}
