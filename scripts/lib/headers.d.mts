export const ISOLATION_HEADERS: Record<string, string>;
export const SECURITY_HEADERS: Record<string, string>;
export const IMMUTABLE: string;
export const META_POLICY: string;
export const EMBED_PAGE: string;
export function embedHeaders(ancestors: string): Readonly<Record<string, string>>;
