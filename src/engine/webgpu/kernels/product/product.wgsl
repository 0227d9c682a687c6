// output = a · f(b); flat, COUNT elements. FACTOR 0: b. 1: 1 − b. 2: −b.
@group(0) @binding(0) var<storage, read> a: array<Stored>;
@group(0) @binding(1) var<storage, read> b: array<Stored>;
@group(0) @binding(2) var<storage, read_write> output: array<Stored>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= COUNT) {
    return;
  }
  var by = f32(b[index]);
#if FACTOR == 1
  by = 1.0 - by;
#end
#if FACTOR == 2
  by = -by;
#end
  var value = f32(a[index]) * by;
#if ACCUMULATE
  value += f32(output[index]);
#end
  output[index] = toStored(value);
}
