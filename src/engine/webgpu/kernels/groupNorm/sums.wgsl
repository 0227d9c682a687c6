// Sums of an image's gradients, plain and against x̂: by channel, and times γ by group. Rows of BATCH, the plain ones first.
// A workgroup is a group of channels of IMAGES images.
@group(0) @binding(0) var<storage, read> gradient: array<Stored>;
@group(0) @binding(1) var<storage, read> input: array<Stored>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> moments: array<f32>;
@group(0) @binding(4) var<storage, read_write> channelSums: array<f32>;
@group(0) @binding(5) var<storage, read_write> groupSums: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = group.x * IMAGES + lane % IMAGES;
  let image = min(n, BATCH - 1u);
  let mean = moments[group.y * BATCH + image];
  let rstd = moments[(GROUPS + group.y) * BATCH + image];
  let isFirst = lane < IMAGES && n < BATCH;
  var all = vec2f();
  for (var c = 0u; c < GROUP_CHANNELS; c++) {
    let channel = group.y * GROUP_CHANNELS + c;
    let first = channel * PIXELS * BATCH + image;
    var own = vec2f();
    for (var i = lane / IMAGES; i < PIXELS; i += SLICES) {
      let g = f32(gradient[first + i * BATCH]);
      own += vec2f(g, g * (f32(input[first + i * BATCH]) - mean));
    }
    let sums = sliceSum(lane, own) * vec2f(1.0, rstd);
    if (isFirst) {
      channelSums[channel * BATCH + n] = sums.x;
      channelSums[(CHANNELS + channel) * BATCH + n] = sums.y;
    }
    all += gamma[channel] * sums;
  }
  if (isFirst) {
    groupSums[group.y * BATCH + n] = all.x;
    groupSums[(GROUPS + group.y) * BATCH + n] = all.y;
  }
}
