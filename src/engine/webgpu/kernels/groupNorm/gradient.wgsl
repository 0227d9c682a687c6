// dx = rstd · (γ·g − Σ(γ·g) / n − x̂ · Σ(γ·g·x̂) / n), over the n values of an image in the group.
@group(0) @binding(0) var<storage, read> gradient: array<Stored>;
@group(0) @binding(1) var<storage, read> input: array<Stored>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> moments: array<f32>;
@group(0) @binding(4) var<storage, read> groupSums: array<f32>;
@group(0) @binding(5) var<storage, read_write> inputGradient: array<Stored>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * PIXELS * BATCH) {
    return;
  }
  let channel = index / (PIXELS * BATCH);
  let own = channel / GROUP_CHANNELS * BATCH + index % BATCH;
  let rstd = moments[GROUPS * BATCH + own];
  let normalized = (f32(input[index]) - moments[own]) * rstd;
  let average = (groupSums[own] + normalized * groupSums[GROUPS * BATCH + own]) / f32(GROUP_CHANNELS * PIXELS);
  let value = rstd * (gamma[channel] * f32(gradient[index]) - average);
#if ACCUMULATE
  inputGradient[index] = toStored(f32(inputGradient[index]) + value);
#else
  inputGradient[index] = toStored(value);
#end
}
