@group(0) @binding(0) var<storage, read> outputGradient: array<f32>;
@group(0) @binding(1) var<storage, read_write> inputGradient: array<Stored>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * PIXELS * BATCH) {
    return;
  }
  let channel = index / (PIXELS * BATCH);
  let share = outputGradient[channel * BATCH + index % BATCH] / f32(PIXELS) * SCALE;
#if ACCUMULATE
  inputGradient[index] = toStored(f32(inputGradient[index]) + share);
#else
  inputGradient[index] = toStored(share);
#end
}
