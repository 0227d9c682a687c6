// gradient *= activation'(…), told from the activation's output y. Flat; COUNT elements.
@group(0) @binding(0) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let i = id.y * groups.x * LANES + id.x;
  if (i < COUNT) {
    gradient[i] *= slope(y[i]);
  }
}
