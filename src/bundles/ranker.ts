/** What serving needs of a model, whatever it is: scores over the catalogue for one person's history. */
export interface Ranker {
  /** The model's registered name, as shown to people: "sasrec", "item-knn", "popular". */
  model: string;
  /** One score per item id 0..items (id 0 is padding: -Infinity) for a history in time order, oldest first. */
  score(history: Int32Array): Promise<Float32Array>;
  /** The most similar items, best first. */
  similar(item: number, limit: number): Promise<{ item: number; score: number }[]>;
  /** Frees what the ranker holds (sessions, buffers). */
  release(): Promise<void>;
}
