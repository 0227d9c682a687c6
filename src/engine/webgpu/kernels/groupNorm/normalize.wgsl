@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<Stored>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read> moments: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * PIXELS * BATCH) {
    return;
  }
  let channel = index / (PIXELS * BATCH);
  let own = channel / GROUP_CHANNELS * BATCH + index % BATCH;
  let apart = f32(input[index]) - moments[own];
  output[index] = toStored(apart * (gamma[channel] * moments[GROUPS * BATCH + own]) + beta[channel]);
}
