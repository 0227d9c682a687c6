/** What can go wrong between us and the GPU, with messages for the user. */
import { t } from '../text/t.ts';

type EngineErrorCode =
  | 'no-webgpu'
  | 'no-adapter'
  | 'device-refused'
  | 'out-of-memory'
  | 'too-large'
  | 'shader'
  | 'state'
  | 'unsupported'
  | 'device-lost';

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  /** The config field at fault, where one is. */
  readonly field: string | null;

  constructor(code: EngineErrorCode, message: string, field: string | null = null) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
    this.field = field;
  }
}

export const fastArithmeticError = (): EngineError =>
  new EngineError(
    'unsupported',
    t`There is no relaxed SIMD in WebAssembly here, which fast arithmetic takes. Set Arithmetic to automatic or exact.`,
    'training.arithmetic',
  );

/** @param reason `EngineDevice.noHalfPrecision`. */
export const halfPrecisionError = (reason: string): EngineError =>
  new EngineError(
    'unsupported',
    t`${reason}, so activations can’t be stored in half precision. Set Precision to single: it takes more memory and rounds less.`,
    'training.precision',
  );
