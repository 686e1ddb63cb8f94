/**
 * A token bucket: it holds `burst` tokens and gains `perSecond` a second. The returned function takes `count` tokens and
 * answers 0, or takes none and answers in how many milliseconds they will be there. More than `burst` counts as `burst`.
 */
export function createTokenBucket(
  { perSecond, burst }: { perSecond: number; burst: number },
  now: () => number,
): (count: number) => number {
  let tokens = burst;
  let filled = now();
  return (count) => {
    const time = now();
    // A clock that was set back must not drain the bucket.
    tokens = Math.min(burst, tokens + (Math.max(0, time - filled) / 1000) * perSecond);
    filled = time;
    const needed = Math.min(count, burst);
    if (tokens < needed) return Math.ceil(((needed - tokens) / perSecond) * 1000) + 1;
    tokens -= needed;
    return 0;
  };
}
