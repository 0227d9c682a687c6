/** Parts of the page that an address hides. */

/** Whether `id` is hidden, itself or with a group that it is in (`training` for `training.seed`). */
export const isHidden = (hidden: readonly string[], id: string): boolean =>
  hidden.some((other) => id === other || id.startsWith(`${other}.`));
