import { type ReactNode, useEffect, useId, useRef } from "react";

/**
 * A modal dialog: the browser's own element keeps the focus inside, closes on Escape and gives the focus back. (Radix's adds a
 * style element to the page, which the content security policy refuses.)
 */
export function Dialog(props: { title: string; open: boolean; onClose: () => void; children: ReactNode }) {
  const { title, open, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      className="max-h-[85vh] w-[min(44rem,94vw)] overflow-y-auto rounded-xl border border-line bg-card p-4"
    >
      {open && (
        <>
          <div className="mb-3 flex items-start justify-between gap-4">
            <h2 id={id}>{title}</h2>
            <button type="button" onClick={onClose} aria-label="Close" className="rounded px-2 hover:bg-tint">
              ✕
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
