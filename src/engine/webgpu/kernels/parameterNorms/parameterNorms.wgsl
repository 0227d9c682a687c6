@group(0) @binding(0) var<storage, read> segmentTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> squares: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(3) var<uniform> step: Step;
@group(0) @binding(4) var<storage, read> running: array<f32>;

const NONE = 0xffffffffu;
var<workgroup> firstOf: array<u32, LANES>;

// By its bits, in which NaN and infinity are the largest: compilers may take it that neither occurs.
fn overflows(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) >= MOST_BITS;
}

fn findOverflow(lane: u32) {
  var first = NONE;
  for (var i = lane; i < STATISTICS; i += LANES) {
    if (first == NONE && (overflows(running[i]) || overflows(running[STATISTICS + i]))) {
      first = i;
    }
  }
  firstOf[lane] = first;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) {
      first = min(first, firstOf[i]);
    }
    metrics[step.slot * METRICS_ROW + OVERFLOW_COLUMN] = select(f32(first), -1.0, first == NONE);
  }
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  if (group.x == SEGMENTS) {
    findOverflow(lane);
    return;
  }
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
