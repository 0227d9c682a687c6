/** The figure that fills the screen, in front of everything else; null: none does. */
export function screenFiller(): Element | null {
  const { fullscreenElement, documentElement } = document;
  // While the page is presented, all of it fills the screen.
  return fullscreenElement === documentElement ? null : fullscreenElement;
}

/** Where an open menu lies: in a landmark, where screen readers find it, and in a figure that fills the screen. */
export const menuContainer = (): Element =>
  screenFiller() ?? document.querySelector('main') ?? document.body;
