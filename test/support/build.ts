import { execFileSync } from "node:child_process";

/** Tests of the command line and of child processes run the built program, as a user does. */
export default function build(): void {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  execFileSync("npm", ["run", "--silent", "build", "--workspace", "@heed/browser"], { stdio: "inherit" });
}
