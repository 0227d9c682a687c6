/** Parts of the page that a link has hidden or locked. */
import type { ReactNode } from 'react';
import { isHidden } from '../../app/address/hidden.ts';
import { canCut, hiddenParts } from '../../app/address/lock.ts';
import { usePage } from '../context.ts';

/** Whether a link has hidden this part of the page (`app/address/parts.ts` lists the parts). */
export const useIsHidden = (part: string): boolean =>
  usePage(({ address }) => isHidden(hiddenParts(address), part));

/** Whether a link has locked the runs' settings. */
export const useIsLocked = (): boolean => usePage(({ address }) => address.lock !== false);

/** Whether shortcuts can be cut here. */
export const useCanCut = (): boolean => usePage(({ address }) => canCut(address.lock));

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
