// y = activate(γ·(x − mean)·rstd + β + shortcut), each part where the layer has it. x, y: [C, H, W, N], flat.
@group(0) @binding(0) var<storage, read> x: array<Stored>;
@group(0) @binding(1) var<storage, read_write> y: array<Stored>;
#if SHORTCUT > 0
// SHORTCUT 1: the same shape as y. 2 (option A): [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, N].
@group(0) @binding(2) var<storage, read> shortcut: array<Stored>;
#end
#if DEFERRED
// The workgroups of a channel put its statistics together, all alike; its first keeps them.
@group(0) @binding(${2 + (SHORTCUT > 0)}) var<storage, read> moments: array<vec2f>;
@group(0) @binding(${3 + (SHORTCUT > 0)}) var<storage, read> affine: array<f32>; // γ [C], then β from BETA_OFFSET on
@group(0) @binding(${4 + (SHORTCUT > 0)}) var<storage, read_write> statistics: array<f32>; // means [C], then 1/σ from SECOND_OFFSET on
@group(0) @binding(${5 + (SHORTCUT > 0)}) var<storage, read_write> running: array<f32>; // means [C], then variances likewise
#end
#if NORMALIZE && !DEFERRED
@group(0) @binding(${2 + (SHORTCUT > 0)}) var<storage, read> gamma: array<f32>;
@group(0) @binding(${3 + (SHORTCUT > 0)}) var<storage, read> beta: array<f32>;
@group(0) @binding(${4 + (SHORTCUT > 0)}) var<storage, read> mean: array<f32>;
@group(0) @binding(${5 + (SHORTCUT > 0)}) var<storage, read> rstd: array<f32>;
#end

#if SHORTCUT == 2
// Option A: every STRIDE-th pixel; channels before PAD_BEFORE and past the input's last are zero.
fn shortcutAt(channel: u32, within: u32) -> f32 {
  let c = channel - PAD_BEFORE;
  if (channel < PAD_BEFORE || c >= IN_CHANNELS) {
    return 0.0;
  }
  let n = within % BATCH;
  let pixel = within / BATCH;
  let row = (pixel / WIDTH) * STRIDE;
  let column = (pixel % WIDTH) * STRIDE;
  return f32(shortcut[((c * IN_HEIGHT + row) * IN_WIDTH + column) * BATCH + n]);
}
#end

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
#if DEFERRED
  let own = momentsOf(channel, lane);
  if (group.x == 0u && lane == 0u) {
    let second = SECOND_OFFSET + channel;
    statistics[channel] = own.mean;
    statistics[second] = own.rstd;
    running[channel] += MOMENTUM * (own.mean - running[channel]);
    running[second] += MOMENTUM * (own.unbiased - running[second]);
  }
  let scale = affine[channel] * own.rstd;
  let center = own.mean;
  let shift = affine[BETA_OFFSET + channel];
#end
#if NORMALIZE && !DEFERRED
  let scale = gamma[channel] * rstd[channel];
  let center = mean[channel];
  let shift = beta[channel];
#end
  for (var i = 0u; i < PER_LANE; i++) {
    let within = (group.x * PER_LANE + i) * LANES + lane;
    if (within < COUNT) {
      let at = channel * COUNT + within;
      var value = f32(x[at]);
#if NORMALIZE
      value = (value - center) * scale + shift;
#end
#if SHORTCUT == 1
      value += f32(shortcut[at]);
#end
#if SHORTCUT == 2
      value += shortcutAt(channel, within);
#end
      y[at] = toStored(activate(value));
    }
  }
}
