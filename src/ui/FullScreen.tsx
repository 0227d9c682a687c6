/** Shows the figure around it on the whole screen, and the page again. @param figure its name on the page. */
import { t } from '../text/t.ts';

export function FullScreen({ figure }: { readonly figure: string }) {
  // Phones that show only videos so have no use for the button.
  if (!document.fullscreenEnabled) return null;
  return (
    <button
      type="button"
      className="quiet full-screen"
      title={t`Full screen`}
      aria-label={t`Full screen: ${figure}`}
      onClick={({ currentTarget }) => {
        const figure = currentTarget.closest('figure');
        // While the page is presented, the whole of it may fill the screen, and does so again afterwards.
        if (figure !== null && document.fullscreenElement === figure) {
          void document.exitFullscreen();
        } else figure?.requestFullscreen().catch(() => undefined);
      }}
    >
      <svg
        style={{ verticalAlign: 'middle' }}
        width="14"
        height="14"
        viewBox="0 0 14 14"
        aria-hidden="true"
      >
        <path d="M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9" fill="none" stroke="currentColor" />
      </svg>
    </button>
  );
}
