@group(0) @binding(0) var<storage, read> values: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> average: array<vec4f>;
@group(0) @binding(2) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * ROW + id.x;
  if (i >= VECTORS) {
    return;
  }
  let before = average[i];
  average[i] = before + step.averageRate * (values[i] - before);
}
