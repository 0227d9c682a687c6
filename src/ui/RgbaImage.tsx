import { useEffect, useRef } from 'react';

interface RgbaImageProps {
  /** [height, width, 4] */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly label: string;
  readonly className?: string;
}

/** Pixels on a canvas, each drawn as a square. */
export function RgbaImage({ rgba, width, label, className = '' }: RgbaImageProps) {
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
