@group(0) @binding(0) var<storage, read> chunkTable: array<vec4u>;
@group(0) @binding(1) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> momentumBuffer: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> directions: array<vec4f>;

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
  for (var i = header.x / 4u + lane; i < end; i += LANES) {
    let gradient = gradients[i];
    let velocity = MOMENTUM * momentumBuffer[i] + gradient;
    momentumBuffer[i] = velocity;
    directions[i] = select(velocity, gradient + MOMENTUM * velocity, NESTEROV);
  }
}
