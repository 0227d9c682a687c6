@group(0) @binding(0) var<storage, read> chunkTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> chunkSquares: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let chunk = group.y * ROW + group.x;
  if (chunk >= CHUNKS) {
    return;
  }
  let header = chunkTable[2u * chunk];
  let end = (header.x + header.y) / 4u;
  var squares = 0.0;
  for (var i = header.x / 4u + lane; i < end; i += LANES) {
    var sum = gradients[i];
    if (!FIRST) {
      sum += sums[i];
    }
    sums[i] = sum;
    squares += dot(sum, sum);
  }
  let total = workgroupSum(lane, vec2f(squares, 0.0)).x;
  if (lane == 0u) {
    chunkSquares[chunk] = total;
  }
}
