/** What readable files are called, for file pickers. What they are is told by their content. */
export const WEIGHTS_EXTENSIONS = ['.safetensors', '.pth', '.pt', '.th', '.npz'] as const;
