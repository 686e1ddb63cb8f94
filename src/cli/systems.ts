import type { Command } from "commander";
import { catalogue, experiments, stateOf, systemStates } from "../experiments/index.js";
import { answer, answerJson, say } from "./output.js";

/** `heed systems`: every system of the catalogue with the state of its reproduction. */
export function addSystems(program: Command): void {
  program
    .command("systems")
    .description("list the published systems and whether their reproductions pass")
    .option("--json", "print JSON")
    .action((flags: { json?: boolean }) => {
      const systems = systemStates();
      if (flags.json) {
        answerJson(systems);
        return;
      }
      answer(
        systems.map(({ slug, title, state, figures, date }) => {
          const passed = figures.filter(({ verdict }) => verdict === "pass").length;
          const judged = passed + figures.filter(({ verdict }) => verdict === "fail").length;
          return {
            slug,
            title,
            state,
            passed: judged > 0 ? `${passed}/${judged}` : "",
            date: date?.slice(0, 10),
          };
        }),
        false,
      );
      for (const { slug } of experiments)
        if (!catalogue.some((system) => system.slug === slug))
          say(`beside them: ${slug} ${stateOf(slug).state}`);
    });
}
