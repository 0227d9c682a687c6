@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read> factors: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<Stored>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * PIXELS * BATCH) {
    return;
  }
  let factor = factors[index / (PIXELS * BATCH) * BATCH + index % BATCH];
  output[index] = toStored(f32(input[index]) * factor);
}
