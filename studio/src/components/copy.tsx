import { useState } from "react";
import { Button } from "./button";

/** Program text with a button that copies it. */
export function Snippet({ label, text }: { label: string; text: string }) {
  const [said, say] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied"),
      () => say("Select it and copy by hand: the browser did not allow it"),
    );
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-center justify-between gap-2">
        <span className="font-medium">{label}</span>
        <span className="flex items-center gap-2">
          <span role="status" className="text-sm text-quiet">
            {said}
          </span>
          <Button onClick={() => void copy()} aria-label={`Copy: ${label}`}>
            Copy
          </Button>
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, by keyboard too */}
      <pre tabIndex={0} className="overflow-x-auto rounded-lg border border-line bg-paper p-3 text-sm">
        {text}
      </pre>
    </figure>
  );
}
