// Sums two values at once over the LANES invocations of a workgroup: a fixed tree, so the same bits every time.
var<workgroup> scratch: array<vec2f, LANES>;

fn workgroupSum(lane: u32, value: vec2f) -> vec2f {
  scratch[lane] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      scratch[lane] += scratch[lane + half];
    }
    workgroupBarrier();
  }
  let sum = scratch[0];
  workgroupBarrier();
  return sum;
}
