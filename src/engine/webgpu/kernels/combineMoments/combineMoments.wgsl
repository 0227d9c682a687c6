// One workgroup a channel.
@group(0) @binding(0) var<storage, read> moments: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(3) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(4) var<storage, read_write> runningVar: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  let own = momentsOf(channel, lane);
  if (lane == 0u) {
    mean[channel] = own.mean;
    rstd[channel] = own.rstd;
    runningMean[channel] += MOMENTUM * (own.mean - runningMean[channel]);
    runningVar[channel] += MOMENTUM * (own.unbiased - runningVar[channel]);
  }
}
