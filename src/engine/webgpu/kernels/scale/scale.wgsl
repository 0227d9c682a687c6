// output = factor · weight · input, forward and of gradients alike; flat, CHANNELS · COUNT elements.
// WEIGHT 1: a number for all channels. 2: one for each.
@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<Stored>;
#if WEIGHT > 0
@group(0) @binding(2) var<storage, read> weight: array<f32>;
#end
#if DRAWN
@group(0) @binding(${2 + (WEIGHT > 0)}) var<uniform> step: Step;
#end

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * COUNT) {
    return;
  }
  var by = factor();
#if WEIGHT == 1
  by *= weight[0];
#end
#if WEIGHT == 2
  by *= weight[index / COUNT];
#end
  output[index] = toStored(f32(input[index]) * by);
}
