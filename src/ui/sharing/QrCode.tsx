/** The link as a QR code, to point a phone at or to save. */
import { useMemo } from 'react';
import { formatCount } from '../../charts/format.ts';
import { saveDrawing } from '../saveDrawing.ts';
import { MOST_QR_CHARACTERS, qrModules, qrPath } from './qr.ts';
import { t } from '../../text/t.ts';

export function QrCode({ url }: { readonly url: string }) {
  const modules = useMemo(() => qrModules(url), [url]);
  if (modules === null) {
    return (
      <p>{t`The link has ${formatCount(url.length)} characters, too many for a QR code that phones can read off a screen (at most ${formatCount(MOST_QR_CHARACTERS)}). A shorter task makes it shorter.`}</p>
    );
  }
  const size = modules.length;
  const drawing = (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      className="qr"
      role="img"
      aria-label={t`QR code of the link`}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      {/* Dark on light in every theme: readers expect it. */}
      <rect width={size} height={size} fill="#fff" />
      <path d={qrPath(modules)} fill="#000" />
    </svg>
  );
  return (
    <div className="column">
      {drawing}
      <div className="row">
        <button
          type="button"
          onClick={() => void saveDrawing('link-qr', 'svg', drawing)}
        >{t`Save as SVG`}</button>
        <span className="hint">{t`${formatCount(url.length)} characters`}</span>
      </div>
    </div>
  );
}
