/** The keys of the page and of its charts, as `KeyboardEvent.key` has them; `ui/shortcuts` says what they do. */

/** Wherever the focus is, but where something else takes the key. */
export const PAGE_KEYS = { train: ' ', present: 'p', leave: 'Escape', help: '?' } as const;

/** Where a chart over the steps has the focus. */
export const PLOT_KEYS = {
  ...{ left: 'ArrowLeft', right: 'ArrowRight', first: 'Home', last: 'End' },
  ...{ zoomIn: '+', zoomOut: '-', back: 'PageUp', on: 'PageDown', whole: '0', clear: 'Escape' },
} as const;
