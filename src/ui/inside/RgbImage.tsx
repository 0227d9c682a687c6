import { opaque } from '../../app/inside/picture.ts';
import { RgbaImage } from '../RgbaImage.tsx';

interface RgbImageProps {
  /** [side, side, 3] bytes. */
  readonly pixels: Uint8Array;
  readonly label: string;
  readonly className?: string;
}

/** An image of the data set, or a picture reduced to its size. */
export function RgbImage({ pixels, ...rest }: RgbImageProps) {
  return <RgbaImage rgba={opaque(pixels)} width={Math.sqrt(pixels.length / 3)} {...rest} />;
}
