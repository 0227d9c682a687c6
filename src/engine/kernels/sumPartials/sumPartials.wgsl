@group(0) @binding(0) var<storage, read> chunkTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> partials: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> chunkSquares: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let chunk = group.y * ROW + group.x;
  if (chunk >= arrayLength(&chunkTable) / 2u) {
    return;
  }
  let header = chunkTable[2u * chunk];
  let offset = header.x / 4u;
  let length = header.y / 4u;
  let partialOffset = header.z / 4u;
  let splits = header.w;
  let splitStride = chunkTable[2u * chunk + 1u].x / 4u;

  var squares = 0.0;
  for (var i = lane; i < length; i += LANES) {
    var gradient: vec4f;
    if (splits == 0u) {
      gradient = gradients[offset + i];
    } else {
      gradient = partials[partialOffset + i];
      for (var split = 1u; split < splits; split++) {
        gradient += partials[partialOffset + split * splitStride + i];
      }
      gradients[offset + i] = gradient;
    }
    squares += dot(gradient, gradient);
  }
  let sum = workgroupSum(lane, vec2f(squares, 0.0)).x;
  if (lane == 0u) {
    chunkSquares[chunk] = sum;
  }
}
