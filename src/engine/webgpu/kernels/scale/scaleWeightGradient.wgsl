// sums [C] = factor · Σ input · outputGradient over a channel. One workgroup a channel.
@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read> outputGradient: array<Stored>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;
#if DRAWN
@group(0) @binding(3) var<uniform> step: Step;
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.x;
  let end = (channel + 1u) * COUNT;
  var sum = 0.0;
  for (var i = channel * COUNT + lane; i < end; i += LANES) {
    sum += f32(input[i]) * f32(outputGradient[i]);
  }
  let total = workgroupSum(lane, sum);
  if (lane == 0u) {
    sums[channel] = total * UNSCALE * factor();
  }
}
