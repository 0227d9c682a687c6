export const ISOLATION_HEADERS: Record<string, string>;
export const SECURITY_HEADERS: Record<string, string>;
export const IMMUTABLE: string;
export const META_POLICY: string;
