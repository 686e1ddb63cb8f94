/** Milliseconds that an answer is good for, and how many times as long as finding it took, if that is more. */
const freshFor = 5000;
const timesFinding = 20;
const mostProjects = 100;

/** Finds something of a project at most once in five seconds, and more rarely where that takes long. */
export function held<T>(
  now: () => number,
  find: (project: string) => Promise<T>,
): (project: string) => Promise<T> {
  const kept = new Map<string, { answer: Promise<T>; until: number }>();
  return (project) => {
    const known = kept.get(project);
    if (known && now() < known.until) return known.answer;
    const start = now();
    const entry = { answer: find(project), until: Number.POSITIVE_INFINITY };
    kept.delete(project);
    kept.set(project, entry);
    if (kept.size > mostProjects) kept.delete(kept.keys().next().value!);
    entry.answer.then(
      () => {
        entry.until = now() + Math.max(freshFor, timesFinding * (now() - start));
      },
      () => kept.delete(project),
    );
    return entry.answer;
  };
}
