import { expect, test } from "vitest";
import { cutGraph, input, openProgram, writeOnnx } from "../../src/tensor/index.js";

/** Two outputs that share a weight and an input, and one that needs an input of its own. */
function graph() {
  const x = input("x", "float32", ["batch", 2]);
  const y = input("y", "float32", ["batch", 3]);
  const shared = input("shared", "float32", [2, 3]);
  const own = input("own", "float32", [2, 3]);
  const values = {
    shared: Float32Array.of(1, 2, 3, 4, 5, 6),
    own: Float32Array.of(7, 8, 9, 10, 11, 12),
  };
  return writeOnnx({ first: x.matmul(shared), second: x.matmul(own).add(y), table: own.add(shared) }, values);
}
const x = { data: Float32Array.of(1, -1), shape: [1, 2] };
const y = { data: Float32Array.of(1, 2, 3), shape: [1, 3] };

test("a cut graph gives the same values of what is kept, and asks for nothing else", async () => {
  const whole = await openProgram(graph());
  const { first, table } = await whole.run({ x, y });
  for (const [name, wanted, feeds] of [
    ["first", first!, { x }],
    ["table", table!, {}],
  ] as const) {
    const cut = cutGraph(graph(), [name]);
    expect(cut.inputs.map((each) => each.name)).toEqual(Object.keys(feeds));
    expect(cut.bytes.length).toBeLessThan(graph().bytes.length);
    const part = await openProgram(cut);
    expect((await part.run(feeds))[name]).toEqual(wanted);
    await part.release();
  }
  await whole.release();
});

test("an output that the graph does not have is an error that names those it has", () => {
  expect(() => cutGraph(graph(), ["user"])).toThrow(/no output "user"[\s\S]*first, second, table/);
});
