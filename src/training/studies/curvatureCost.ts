/** What the page needs to know of a curvature study beforehand. */

/** Hessian-vector products at a point, at most. */
export const MOST_PRODUCTS = 12;
