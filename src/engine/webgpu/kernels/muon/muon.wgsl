@group(0) @binding(0) var<storage, read> chunkTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> directions: array<vec4f>;
// Per chunk: Σ g², Σ w² before the step, Σ of its change squared, 0.
@group(0) @binding(4) var<storage, read_write> squares: array<vec4f>;
@group(0) @binding(5) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let chunk = group.y * ROW + group.x;
  if (chunk >= CHUNKS) {
    return;
  }
  let header = chunkTable[chunk];
  let end = (header.x + header.y) / 4u;
  let decay = bitcast<f32>(header.z);
  let rateFactor = bitcast<f32>(header.w);
  var own = vec4f();
  for (var i = header.x / 4u + lane; i < end; i += LANES) {
    let weight = weights[i];
    let gradient = gradients[i];
    let change = rateFactor * step.learningRate * (directions[i] + decay * weight);
    weights[i] = weight - change;
    own += vec4f(dot(gradient, gradient), dot(weight, weight), dot(change, change), 0.0);
  }
  let sums = workgroupSum(lane, own);
  if (lane == 0u) {
    squares[chunk] = sums;
  }
}
