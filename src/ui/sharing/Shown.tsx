/** Parts of the page that a link has hidden or locked. */
import type { ReactNode } from 'react';
import { isHidden } from '../../app/address/hidden.ts';
import { canCut, hiddenParts } from '../../app/address/lock.ts';
import type { PageState } from '../../app/state.ts';
import { usePage } from '../context.ts';
import { EMBED_HIDES, isEmbedded } from '../embed.ts';

/** The parts of the page that are not shown: a link or its lock hides them, or an embedded page goes without. */
export const partsHidden = ({ address }: PageState): readonly string[] =>
  isEmbedded() ? [...hiddenParts(address), ...EMBED_HIDES] : hiddenParts(address);

/** Whether this part of the page is not shown (`app/address/parts.ts` lists the parts). */
export const useIsHidden = (part: string): boolean =>
  usePage((state) => isHidden(partsHidden(state), part));

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
