/** A box above the page: what happened and what can be done. */
import type { ReactNode } from 'react';

interface NoticeProps {
  readonly title: string;
  readonly severe?: boolean;
  readonly children: ReactNode;
}

export function Notice({ title, severe = false, children }: NoticeProps) {
  return (
    <div className={severe ? 'row notice severe' : 'row notice'} role={severe ? 'alert' : 'note'}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}
