/**
 * The ids of the `limit` highest scores, best first, ties by lower id, in time n log(limit): a heap keeps the best so far
 * with the worst of them on top. NaN and -Infinity are never among them. `accept` is asked only of ids that would get in,
 * so costly rules may stand there.
 */
export function topScores(
  scores: ArrayLike<number>,
  limit: number,
  accept?: (id: number) => boolean,
): Int32Array {
  const heap = new Int32Array(Math.min(limit, scores.length));
  // Kept beside the ids, so that the heap reads one kind of array whatever kind the scores come in.
  const values = new Float64Array(heap.length);
  let size = 0;
  const worse = (value: number, id: number, otherValue: number, other: number) =>
    value < otherValue || (value === otherValue && id > other);

  function sink(id: number, value: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      const next = child + 1;
      if (next < size && worse(values[next]!, heap[next]!, values[child]!, heap[child]!)) child = next;
      if (!worse(values[child]!, heap[child]!, value, id)) break;
      heap[place] = heap[child]!;
      values[place] = values[child]!;
      place = child;
    }
    heap[place] = id;
    values[place] = value;
  }

  function rise(id: number, value: number): void {
    let place = size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!worse(value, id, values[parent]!, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      values[place] = values[parent]!;
      place = parent;
    }
    heap[place] = id;
    values[place] = value;
  }

  if (heap.length === 0) return heap;
  const few = accept === undefined ? likelyBest(scores, limit) : null;
  for (let i = 0, count = few?.length ?? scores.length; i < count; i++) {
    const id = few === null ? i : few[i]!;
    const value = scores[id]!;
    if (!(value > Number.NEGATIVE_INFINITY)) continue;
    if (size < heap.length) {
      if (accept === undefined || accept(id)) rise(id, value);
    } else if (value > values[0]! && (accept === undefined || accept(id))) sink(id, value);
  }
  // Taking the worst away again and again fills the answer from its end.
  const best = new Int32Array(size);
  while (size > 0) {
    const last = size - 1;
    best[last] = heap[0]!;
    size--;
    if (size > 0) sink(heap[last]!, values[last]!);
  }
  return best;
}

const sampled = 256;

/**
 * The ids, in order, of all scores above one that about half as many again as `limit` reach, which a sample tells; null
 * where that cannot be told, or was told wrong. A plain pass over the scores is far cheaper than the heap's.
 */
function likelyBest(scores: ArrayLike<number>, limit: number): Int32Array | null {
  const stride = Math.floor(scores.length / sampled);
  const rank = Math.ceil((1.5 * limit) / stride) + 8;
  if (stride < 4 || rank >= sampled) return null;
  const sample = new Float64Array(sampled);
  for (let i = 0; i < sampled; i++) sample[i] = scores[i * stride]!;
  const floor = sample.sort()[sampled - 1 - rank]!;
  const best = new Int32Array(scores.length);
  let count = 0;
  for (let id = 0; id < scores.length; id++) if (scores[id]! >= floor) best[count++] = id;
  return count < limit ? null : best.subarray(0, count);
}

/**
 * The same as `topScores` with `accept`, asked of fewer ids where about `spare` of the best are refused: it judges the
 * best `limit + spare`, and goes through all only when too few of them are accepted.
 */
export function topAccepted(
  scores: ArrayLike<number>,
  limit: number,
  spare: number,
  accept: (id: number) => boolean,
): Int32Array {
  const few = topScores(scores, limit + spare).filter(accept);
  const enough = few.length >= limit || limit + spare >= scores.length;
  return enough ? few.subarray(0, limit) : topScores(scores, limit, accept);
}
