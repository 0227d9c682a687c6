// gradient · activation'(…), the slope told from the activation's output y: in place, or added to inputGradient.
// Flat; COUNT elements.
#if IN_PLACE
@group(0) @binding(0) var<storage, read_write> gradient: array<f32>;
#else
@group(0) @binding(0) var<storage, read> gradient: array<f32>;
#end
@group(0) @binding(1) var<storage, read> y: array<f32>;
#if !IN_PLACE
@group(0) @binding(2) var<storage, read_write> inputGradient: array<f32>;
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.y * groups.x * LANES + id.x;
  if (i < COUNT) {
#if IN_PLACE
    gradient[i] *= slope(y[i]);
#else
    inputGradient[i] += gradient[i] * slope(y[i]);
#end
  }
}
