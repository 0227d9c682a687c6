// gradient · activation'(…), the slope told from the activation's output y: in place, or added to inputGradient.
// Flat; COUNT elements.
#if IN_PLACE
@group(0) @binding(0) var<storage, read_write> gradient: array<Stored>;
#else
@group(0) @binding(0) var<storage, read> gradient: array<Stored>;
#end
@group(0) @binding(1) var<storage, read> y: array<Stored>;
#if !IN_PLACE
@group(0) @binding(2) var<storage, read_write> inputGradient: array<Stored>;
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.y * groups.x * LANES + id.x;
  if (i < COUNT) {
#if IN_PLACE
    gradient[i] = toStored(f32(gradient[i]) * slope(f32(y[i])));
#else
    inputGradient[i] = toStored(f32(inputGradient[i]) + f32(gradient[i]) * slope(f32(y[i])));
#end
  }
}
