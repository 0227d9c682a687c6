/** What an address has taken off the page. */

/** Whether `id` is taken off the page, itself or with a group that it is in (`training` for `training.seed`). */
export const isHidden = (hidden: readonly string[], id: string): boolean =>
  hidden.some((other) => id === other || id.startsWith(`${other}.`));
