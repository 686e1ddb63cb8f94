/**
 * The ids of the `limit` highest scores, best first, ties by lower id, in time n log(limit): a heap keeps the best so far
 * with the worst of them on top. NaN and -Infinity are never among them. `accept` is asked only of ids that would get in,
 * so costly rules may stand there.
 */
export function topScores(
  scores: ArrayLike<number>,
  limit: number,
  accept: (id: number) => boolean = () => true,
): Int32Array {
  const heap = new Int32Array(Math.min(limit, scores.length));
  let size = 0;
  const worse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b);

  function sink(id: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, id)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = id;
  }

  function rise(id: number): void {
    let place = size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!worse(id, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = id;
  }

  if (heap.length === 0) return heap;
  for (let id = 0; id < scores.length; id++) {
    if (!(scores[id]! > Number.NEGATIVE_INFINITY)) continue;
    if (size < heap.length) {
      if (accept(id)) rise(id);
    } else if (worse(heap[0]!, id) && accept(id)) sink(id);
  }
  // Taking the worst away again and again fills the answer from its end.
  const best = new Int32Array(size);
  while (size > 0) {
    const last = heap[size - 1]!;
    best[size - 1] = heap[0]!;
    size--;
    if (size > 0) sink(last);
  }
  return best;
}
