import type { ReactNode } from 'react';

interface FileChoiceProps {
  /** Text of the button. */
  readonly children: ReactNode;
  /** For screen readers. */
  readonly label: string;
  readonly accept: string;
  readonly hint: string;
  readonly onChoose: (file: File) => void;
}

/** A button that opens the file dialog, and a hint beside it. The same file can be chosen twice in a row. */
export function FileChoice({ children, label, accept, hint, onChoose }: FileChoiceProps) {
  return (
    <>
      <label className="file-button">
        <span>{children}</span>
        <input
          type="file"
          className="visually-hidden"
          accept={accept}
          aria-label={label}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            currentTarget.value = '';
            if (file !== undefined) onChoose(file);
          }}
        />
      </label>
      <p className="hint">{hint}</p>
    </>
  );
}
