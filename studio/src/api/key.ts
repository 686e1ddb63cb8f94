/** The secret key lies in this tab's session storage: gone with the tab, never in an address or a cookie. */
const place = "heed-studio-key";

export function readKey(): string | null {
  return sessionStorage.getItem(place);
}

export function keepKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, key);
}

/** What is wrong with a text as the Studio's key, before it is sent anywhere; null if nothing can be told yet. */
export function keyProblem(key: string): string | null {
  if (key.startsWith("heed_pk_"))
    return "This is a publishable key: it may only write events and cannot open the Studio. Paste a secret key (heed_sk_...).";
  if (key.startsWith("heed_ut_"))
    return "This is a user token: it reads one person's answers and cannot open the Studio. Paste a secret key (heed_sk_...).";
  if (!key.startsWith("heed_sk_"))
    return "A secret key begins with heed_sk_. Make one with: heed keys create";
  return null;
}
