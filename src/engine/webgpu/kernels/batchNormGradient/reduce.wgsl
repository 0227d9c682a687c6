// One workgroup a channel. All of [C, COUNT], COUNT = H·W·N. Takes the gradient back through the activation (in place:
// the shortcut needs it too) and sums it, plain and against x̂: the gradients of β and γ, without
// the scale that activations' gradients are stored with.
@group(0) @binding(0) var<storage, read_write> gradient: array<Stored>;
@group(0) @binding(1) var<storage, read> x: array<Stored>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> rstd: array<f32>;
@group(0) @binding(4) var<storage, read_write> gammaGradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> betaGradient: array<f32>;
#if ACTIVATION > 0
@group(0) @binding(6) var<storage, read> y: array<Stored>;
#end

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  let base = channel * COUNT;
  let m = mean[channel];
  let r = rstd[channel];
  var sums = vec2f();
  for (var i = lane; i < COUNT; i += LANES) {
    let at = base + i;
#if ACTIVATION > 0
    let stored = toStored(f32(gradient[at]) * slope(f32(y[at])));
    gradient[at] = stored;
#else
    let stored = gradient[at];
#end
    let g = f32(stored);
    sums += vec2f(g, g * ((f32(x[at]) - m) * r));
  }
  let total = workgroupSum(lane, sums) * UNSCALE;
  if (lane == 0u) {
    betaGradient[channel] = total.x;
    gammaGradient[channel] = total.y;
  }
}
