@group(0) @binding(0) var<storage, read> running: array<f32>;
@group(0) @binding(1) var<storage, read_write> statistics: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS) {
    return;
  }
  statistics[index] = running[index];
  statistics[CHANNELS + index] = 1.0 / sqrt(running[CHANNELS + index] + EPSILON);
}
