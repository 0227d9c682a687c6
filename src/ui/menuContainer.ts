/** Where an open menu lies: in a landmark, where screen readers find it, and in a figure that fills the screen. */
export const menuContainer = (): Element =>
  document.fullscreenElement ?? document.querySelector('main') ?? document.body;
