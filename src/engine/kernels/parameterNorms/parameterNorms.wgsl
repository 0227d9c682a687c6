@group(0) @binding(0) var<storage, read> segmentTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> gradientSquares: array<f32>;
@group(0) @binding(2) var<storage, read> moveSquares: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(4) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let segment = segmentTable[group.x];
  let firstChunk = segment.x;
  let chunkCount = segment.y;
  let column = segment.z;
  var gradient = 0.0;
  var moves = vec2f();
  for (var chunk = lane; chunk < chunkCount; chunk += LANES) {
    gradient += gradientSquares[firstChunk + chunk];
    moves += moveSquares[firstChunk + chunk];
  }
  let gradientSum = workgroupSum(lane, vec2f(gradient, 0.0)).x;
  let moveSum = workgroupSum(lane, moves);
  if (lane == 0u) {
    let at = step.slot * METRICS_ROW + column;
    metrics[at] = sqrt(gradientSum);
    metrics[at + PARAMETERS] = sqrt(moveSum.x);
    metrics[at + 2u * PARAMETERS] = sqrt(moveSum.y);
  }
}
