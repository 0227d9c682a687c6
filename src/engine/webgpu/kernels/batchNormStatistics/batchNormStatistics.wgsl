// One workgroup a channel. x: [C, COUNT] with COUNT = H·W·N; statistics: mean [C], then rstd [C].
// Two passes over the channel: the mean first, then the squares about it, which loses nothing to cancellation.
@group(0) @binding(0) var<storage, read> x: array<Stored>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(3) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(4) var<storage, read_write> runningVar: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  let base = channel * COUNT;
  var sum = 0.0;
  for (var i = lane; i < COUNT; i += LANES) {
    sum += f32(x[base + i]);
  }
  let m = workgroupSum(lane, sum) / f32(COUNT);
  var squares = 0.0;
  for (var i = lane; i < COUNT; i += LANES) {
    let d = f32(x[base + i]) - m;
    squares += d * d;
  }
  let squareSum = workgroupSum(lane, squares);
  if (lane == 0u) {
    mean[channel] = m;
    rstd[channel] = 1.0 / sqrt(squareSum / f32(COUNT) + EPSILON);
    runningMean[channel] += MOMENTUM * (m - runningMean[channel]);
    runningVar[channel] += MOMENTUM * (squareSum / f32(max(COUNT - 1u, 1u)) - runningVar[channel]);
  }
}
