/** Shows the figure around it on the whole screen, and the page again. @param figure its name on the page. */
export function FullScreen({ figure }: { readonly figure: string }) {
  // Phones that show only videos so have no use for the button.
  if (!document.fullscreenEnabled) return null;
  return (
    <button
      type="button"
      className="quiet full-screen"
      title="Full screen"
      aria-label={`Full screen: ${figure}`}
      onClick={({ currentTarget }) =>
        document.fullscreenElement === null
          ? void currentTarget
              .closest('figure')
              ?.requestFullscreen()
              .catch(() => undefined)
          : void document.exitFullscreen()
      }
    >
      ⛶
    </button>
  );
}
