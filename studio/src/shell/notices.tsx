import { useActivity } from "./activity";

/** Whether the page hears Heed at this moment. */
export function LiveState() {
  const { activity, problem } = useActivity();
  const state = problem ? "disconnected" : activity ? "live" : "connecting";
  const look = problem ? "font-semibold text-bad" : "";
  return (
    <p role="status" className={`py-1 ${look}`}>
      {state === "live" ? "● Live" : state === "connecting" ? "○ Connecting" : "○ Disconnected"}
    </p>
  );
}

export function OpenNotice() {
  return (
    <p className="mb-4 rounded-lg bg-warn-tint px-3 py-2 text-warn">
      Open without a key: this server has none, so it answers programs on this machine only. Make one with{" "}
      <code>heed keys create</code>.
    </p>
  );
}
