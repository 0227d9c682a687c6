// One workgroup a channel. sums: [C, COUNT]; their total goes to β's and γ's gradient.
@group(0) @binding(0) var<storage, read> sums: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> betaGradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> gammaGradient: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  var own = vec2f();
  for (var i = lane; i < COUNT; i += LANES) {
    own += sums[channel * COUNT + i];
  }
  let total = workgroupSum(lane, own);
  if (lane == 0u) {
    betaGradient[channel] = total.x;
    gammaGradient[channel] = total.y;
  }
}
