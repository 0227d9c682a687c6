@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<Stored>;
@group(0) @binding(2) var<uniform> step: Step;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= FEATURES * BATCH) {
    return;
  }
  // Counted in the whole batch, so that its micro-batches draw the masks that it would.
  let row = step.step * FEATURES + index / BATCH;
  let position = row * step.images + step.firstImage + index % BATCH;
  let keep = hash32(step.seed, STREAM, position) >= THRESHOLD;
  // A product, so that a dropped NaN stays one.
  output[index] = toStored(f32(input[index]) * select(0.0, SCALE, keep));
}
