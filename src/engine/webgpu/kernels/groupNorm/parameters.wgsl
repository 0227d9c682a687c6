// The images' sums of a channel are the gradients of β and γ. One workgroup a channel.
@group(0) @binding(0) var<storage, read> channelSums: array<f32>;
@group(0) @binding(1) var<storage, read_write> gammaGradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> betaGradient: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  var own = vec2f();
  for (var n = lane; n < BATCH; n += LANES) {
    own += vec2f(channelSums[channel * BATCH + n], channelSums[(CHANNELS + channel) * BATCH + n]);
  }
  let total = workgroupSum(lane, own) * UNSCALE;
  if (lane == 0u) {
    betaGradient[channel] = total.x;
    gammaGradient[channel] = total.y;
  }
}
