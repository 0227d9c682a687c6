@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * BATCH) {
    return;
  }
  let first = index / BATCH * PIXELS * BATCH + index % BATCH;
  var sum = 0.0;
  for (var pixel = 0u; pixel < PIXELS; pixel++) {
    sum += f32(input[first + pixel * BATCH]);
  }
  output[index] = sum / f32(PIXELS);
}
