/** Parts of the page that a link has hidden or locked. */
import type { ReactNode } from 'react';
import { isHidden } from '../../app/address/hidden.ts';
import { usePage } from '../context.ts';

/** Whether a link has hidden this part of the page (`app/address/parts.ts` lists the parts). */
export const useIsHidden = (part: string): boolean =>
  usePage(({ address }) => isHidden(address.hidden, part));

/** Whether a link has locked the runs' settings. */
export const useIsLocked = (): boolean => usePage(({ address }) => address.isLocked);

interface ShownProps {
  readonly part: string;
  readonly children: ReactNode;
}

/** Its children, unless a link has hidden them. */
export function Shown({ part, children }: ShownProps) {
  return useIsHidden(part) ? null : children;
}

/** Controls of the runs' settings, disabled if a link has locked them. */
export function Editable({ children }: { readonly children: ReactNode }) {
  return (
    <fieldset className="editable" disabled={useIsLocked()}>
      {children}
    </fieldset>
  );
}
