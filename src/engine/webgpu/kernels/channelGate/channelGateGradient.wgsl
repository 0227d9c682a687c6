// A workgroup is a channel of IMAGES images.
@group(0) @binding(0) var<storage, read> gradient: array<Stored>;
@group(0) @binding(1) var<storage, read> input: array<Stored>;
@group(0) @binding(2) var<storage, read> factors: array<f32>;
@group(0) @binding(3) var<storage, read_write> inputGradient: array<Stored>;
@group(0) @binding(4) var<storage, read_write> factorsGradient: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
  let n = group.x * IMAGES + lane % IMAGES;
  var sum = 0.0;
  if (n < BATCH) {
    let factor = factors[channel * BATCH + n];
    for (var i = lane / IMAGES; i < PIXELS; i += SLICES) {
      let at = (channel * PIXELS + i) * BATCH + n;
      let g = f32(gradient[at]);
      sum += g * f32(input[at]);
      inputGradient[at] = toStored(g * factor);
    }
  }
  let total = sliceSum(lane, sum);
  if (lane < IMAGES && n < BATCH) {
    factorsGradient[channel * BATCH + n] = total * UNSCALE;
  }
}
