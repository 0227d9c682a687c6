/** Pixels on a canvas, each a square. */
import { useEffect, useRef } from 'react';
import { opaque } from '../../app/inside/picture.ts';

interface RgbProps {
  /** [side, side, 3] bytes. */
  readonly pixels: Uint8Array;
  readonly label: string;
  readonly className?: string;
}

/** A square image of the data set, or one that has become like it. */
export function RgbImage({ pixels, ...rest }: RgbProps) {
  const side = Math.sqrt(pixels.length / 3);
  return <RgbaImage rgba={opaque(pixels)} width={side} {...rest} />;
}

interface RgbaProps {
  /** [height, width, 4] */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly label: string;
  readonly className?: string;
}

export function RgbaImage({ rgba, width, label, className = '' }: RgbaProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = rgba.length / 4 / width;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [rgba, width, height]);
  return (
    <canvas
      ref={canvas}
      className={`pixels ${className}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}
