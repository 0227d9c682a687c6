@group(0) @binding(0) var<storage, read> segmentTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> chunkSquares: array<f32>;
@group(0) @binding(2) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(3) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let segment = segmentTable[group.x];
  let firstChunk = segment.x;
  let chunkCount = segment.y;
  let column = segment.z;
  var squares = 0.0;
  for (var chunk = lane; chunk < chunkCount; chunk += LANES) {
    squares += chunkSquares[firstChunk + chunk];
  }
  let sum = workgroupSum(lane, vec2f(squares, 0.0)).x;
  if (lane == 0u) {
    metrics[step.slot * METRICS_ROW + column] = sqrt(sum);
  }
}
