import type { ReactNode } from 'react';

/** An error that screen readers announce; nothing if there is none. */
export function ErrorText({ children }: { readonly children: ReactNode }) {
  if (children === null || children === false) return null;
  return (
    <p className="error" role="alert">
      {children}
    </p>
  );
}
