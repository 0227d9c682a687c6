// One workgroup a layer: from its channels' means and variances to the deviation of all its values.
// layerTable: (channels, column, gamma, beta), (rstd, 0, 0, 0) with NORMALIZED; else (channels, column, moments, 0), 0.
@group(0) @binding(0) var<storage, read> layerTable: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(2) var<uniform> step: Step;
#if NORMALIZED
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read> statistics: array<f32>;

// Mean and variance of a channel behind BatchNorm: β, and γ²·var / (var + ε) = γ²·(1 − ε·rstd²).
fn channelMoments(layer: u32, channel: u32) -> vec2f {
  let header = layerTable[2u * layer];
  let gamma = weights[header.z + channel];
  let rstd = statistics[layerTable[2u * layer + 1u].x + channel];
  let normalized = 1.0 - EPSILON * rstd * rstd;
  return vec2f(weights[header.w + channel], gamma * gamma * select(normalized, 0.0, normalized < 0.0));
}
#else
@group(0) @binding(3) var<storage, read> moments: array<vec2f>;

fn channelMoments(layer: u32, channel: u32) -> vec2f {
  return moments[layerTable[2u * layer].z + channel];
}
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let layer = group.x;
  let channels = layerTable[2u * layer].x;
  var sums = vec2f();
  for (var channel = lane; channel < channels; channel += LANES) {
    sums += channelMoments(layer, channel);
  }
  let averages = workgroupSum(lane, sums) / f32(channels);
  var squares = 0.0;
  for (var channel = lane; channel < channels; channel += LANES) {
    let apart = channelMoments(layer, channel).x - averages.x;
    squares += apart * apart;
  }
  let spread = workgroupSum(lane, vec2f(squares, 0.0)).x / f32(channels);
  if (lane == 0u) {
    let at = step.slot * METRICS_ROW + layerTable[2u * layer].y;
    let variance = averages.y + spread;
#if NORMALIZED
    // Micro-batches follow one another, each normalised by itself about the same means: their variances average.
    let before = select(metrics[at], 0.0, step.firstImage == 0u);
    metrics[at] = sqrt(before * before + variance * f32(step.rows) / f32(step.images));
#else
    metrics[at] = sqrt(variance);
#end
  }
}
