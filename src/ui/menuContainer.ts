/** Where an open menu lies: in a landmark, where screen readers find it, and in a figure that fills the screen. */
export function menuContainer(): Element {
  const { fullscreenElement, documentElement, body } = document;
  // While the page is presented, all of it fills the screen.
  const figure = fullscreenElement === documentElement ? null : fullscreenElement;
  return figure ?? document.querySelector('main') ?? body;
}
