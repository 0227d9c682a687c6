export const HUBS: Readonly<Record<string, string>>;
export function isArchive(from: string): boolean;
export function copyFile(url: string, path: string): Promise<void>;
export function copyData(from: string, folder: string, name: string): Promise<number>;
