// One workgroup a piece. GROUPED: the lanes part into groups, which share out the copies; each lane sums one vector of four
// over the copies of its group, and the first group adds up what the others have. Else every lane sums all copies.
@group(0) @binding(0) var<storage, read> pieceTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> copies: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;

// Vector i of a piece over its copies `first`, `first + step`, …
fn sumOf(piece: vec4u, stride: u32, i: u32, first: u32, step: u32) -> vec4f {
  var sum = vec4f();
  for (var copy = first; copy < piece.w; copy += step) {
    sum += copies[piece.z / 4u + copy * stride + i];
  }
  return sum;
}

#if GROUPED
var<workgroup> sums: array<vec4f, LANES>;
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.y * ROW + group.x;
  if (index >= arrayLength(&pieceTable) / 2u) {
    return;
  }
  let piece = pieceTable[2u * index];
  let begin = piece.x / 4u;
  let length = piece.y / 4u;
  let stride = pieceTable[2u * index + 1u].x / 4u;
#if GROUPED
  let groups = pieceTable[2u * index + 1u].y;
  let vectors = LANES / groups;
  let i = lane % vectors;
  if (i < length) {
    sums[lane] = sumOf(piece, stride, i, lane / vectors, groups);
  }
  workgroupBarrier();
  if (lane < length) {
    var sum = sums[lane];
    for (var other = 1u; other < groups; other++) {
      sum += sums[other * vectors + lane];
    }
    gradients[begin + lane] = sum;
  }
#else
  for (var i = lane; i < length; i += LANES) {
    gradients[begin + i] = sumOf(piece, stride, i, 0u, 1u);
  }
#end
}
