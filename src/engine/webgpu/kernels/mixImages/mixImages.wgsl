@group(0) @binding(0) var<storage, read_write> images: array<f32>;
@group(0) @binding(1) var<storage, read_write> labels: array<u32>;
@group(0) @binding(2) var<uniform> weight: vec4f;

var<workgroup> values: array<f32, BATCH>;
var<workgroup> classes: array<u32, BATCH>;

// One workgroup a value of the images; the first one mixes the labels, too.
@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let value = group.y * ROW + group.x;
  let isThere = value < VALUES;
  for (var n = lane; isThere && n < BATCH; n += LANES) {
    values[n] = images[value * BATCH + n];
    if (value == 0u) {
      classes[n] = labels[n];
    }
  }
  workgroupBarrier();
  for (var n = lane; isThere && n < BATCH; n += LANES) {
    let other = (n + BATCH - 1u) % BATCH;
    images[value * BATCH + n] = weight.x * values[n] + weight.y * values[other];
    if (value == 0u) {
      labels[n] = classes[n] + LABEL_BASE * classes[other];
    }
  }
}
