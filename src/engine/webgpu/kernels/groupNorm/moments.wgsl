// moments [2 · GROUPS, BATCH]: means, then 1/√(variance + ε). A workgroup is a group of channels of IMAGES images.
@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> moments: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  const VALUES = GROUP_CHANNELS * PIXELS;
  let n = group.x * IMAGES + lane % IMAGES;
  // Surplus lanes repeat the last image.
  let first = group.y * VALUES * BATCH + min(n, BATCH - 1u);
  var sum = 0.0;
  for (var i = lane / IMAGES; i < VALUES; i += SLICES) {
    sum += f32(input[first + i * BATCH]);
  }
  let mean = sliceSum(lane, sum) / f32(VALUES);
  var squares = 0.0;
  for (var i = lane / IMAGES; i < VALUES; i += SLICES) {
    let apart = f32(input[first + i * BATCH]) - mean;
    squares += apart * apart;
  }
  let variance = sliceSum(lane, squares) / f32(VALUES);
  if (lane < IMAGES && n < BATCH) {
    moments[group.y * BATCH + n] = mean;
    moments[(GROUPS + group.y) * BATCH + n] = 1.0 / sqrt(max(variance + EPSILON, 1e-30));
  }
}
