import type { ComponentProps } from "react";

const looks = {
  plain: "border-line bg-card hover:bg-tint",
  strong: "border-accent bg-accent text-on-accent hover:opacity-90",
  danger: "border-bad bg-card text-bad hover:bg-bad-tint",
};

export function Button({
  look = "plain",
  ...rest
}: ComponentProps<"button"> & { look?: keyof typeof looks }) {
  return (
    <button
      type="button"
      {...rest}
      className={`rounded-lg border px-3 py-1.5 font-medium disabled:opacity-50 ${looks[look]} ${rest.className ?? ""}`}
    />
  );
}
