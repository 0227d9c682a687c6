/** What readable files are called, for file pickers and archives. What they are is told by their content. */
export const WEIGHTS_EXTENSIONS = [
  ...['.safetensors', '.pth', '.pt', '.th', '.tar', '.ckpt', '.bin', '.pkl', '.pickle'],
  ...['.npz', '.npy', '.onnx', '.zip', '.gz', '.tgz'],
] as const;
