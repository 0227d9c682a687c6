import type { ComponentProps } from 'react';

interface PlotAreaProps extends Omit<ComponentProps<'div'>, 'role' | 'tabIndex' | 'aria-label'> {
  /** What screen readers say: what is drawn, and what the keys do. */
  readonly label: string;
}

/** A drawing whose values pointer and arrow keys read: a group that takes the focus. */
export function PlotArea({ label, ...props }: PlotAreaProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
    <div {...props} role="group" tabIndex={0} aria-label={label} />
  );
}
