// dx = γ·rstd·(g − Σg/COUNT − x̂·Σ(g·x̂)/COUNT), over [C, COUNT]; the two sums are the gradients of β and γ,
// which come without the scale that g and dx are stored with.
// TILES > 0: they lie tile by tile yet. Every workgroup of a channel adds them up, in the same order; its first keeps them.
#if IN_PLACE
@group(0) @binding(0) var<storage, read_write> gradient: array<Stored>;
#else
@group(0) @binding(0) var<storage, read> gradient: array<Stored>;
#end
@group(0) @binding(1) var<storage, read> x: array<Stored>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> rstd: array<f32>;
#if TILES > 0
@group(0) @binding(5) var<storage, read> tileSums: array<vec2f>; // [C, TILES]
@group(0) @binding(6) var<storage, read_write> affineGradient: array<f32>; // γ's [C], then β's from BETA_OFFSET on
#else
@group(0) @binding(5) var<storage, read> gammaGradient: array<f32>;
@group(0) @binding(6) var<storage, read> betaGradient: array<f32>;
#end
#if !IN_PLACE
@group(0) @binding(7) var<storage, read_write> inputGradient: array<Stored>;
#end

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
  let m = mean[channel];
  let r = rstd[channel];
  let scale = gamma[channel] * r;
#if TILES > 0
  var own = vec2f();
  for (var i = lane; i < TILES; i += LANES) {
    own += tileSums[channel * TILES + i];
  }
  let sums = workgroupSum(lane, own);
  if (group.x == 0u && lane == 0u) {
    affineGradient[BETA_OFFSET + channel] = sums.x;
    affineGradient[channel] = sums.y;
  }
#else
  let sums = vec2f(betaGradient[channel], gammaGradient[channel]);
#end
  let meanGradient = sums.x * SCALE / f32(COUNT);
  let slopeGradient = sums.y * SCALE / f32(COUNT);
  for (var i = 0u; i < PER_LANE; i++) {
    let within = (group.x * PER_LANE + i) * LANES + lane;
    if (within < COUNT) {
      let at = channel * COUNT + within;
      let normalized = (f32(x[at]) - m) * r;
      let value = scale * (f32(gradient[at]) - meanGradient - normalized * slopeGradient);
#if IN_PLACE
      gradient[at] = toStored(value);
#end
#if !IN_PLACE && ACCUMULATE
      inputGradient[at] = toStored(f32(inputGradient[at]) + value);
#end
#if !IN_PLACE && !ACCUMULATE
      inputGradient[at] = toStored(value);
#end
    }
  }
}
