@group(0) @binding(0) var<storage, read> segmentTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> squares: array<vec4f>;
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
  var own = vec4f();
  for (var chunk = lane; chunk < chunkCount; chunk += LANES) {
    own += squares[firstChunk + chunk];
  }
  let sums = workgroupSum(lane, own);
  if (lane == 0u) {
    let at = step.slot * METRICS_ROW + column;
    metrics[at] = sqrt(sums.x);
    metrics[at + PARAMETERS] = sqrt(sums.y);
    metrics[at + 2u * PARAMETERS] = sqrt(sums.z);
  }
}
