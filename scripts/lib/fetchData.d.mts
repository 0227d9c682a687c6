export const HUB: string;
export function copyData(from: string, folder: string, name: string): Promise<number>;
