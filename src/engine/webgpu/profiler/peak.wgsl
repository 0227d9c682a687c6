// Independent chains of multiply-adds in registers, CHAINS of them, UNROLLED times a turn. T: f32 or vec4<f32>.

struct Parameters {
  turns: u32,
  factor: f32,
  term: f32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read_write> result: array<T>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  // Unknown to the compiler, so that nothing can be folded.
  let factor = T(parameters.factor);
  let term = T(parameters.term);
#for i in 0..CHAINS
  var x$i = T(f32(id.x + ${i}u));
#end
  for (var turn = 0u; turn < parameters.turns; turn++) {
#for u in 0..UNROLLED
#for i in 0..CHAINS
#if FUSED
    x$i = fma(x$i, factor, term);
#else
    x$i = x$i * factor + term;
#end
#end
#end
  }
  var sum = x0;
#for i in 1..CHAINS
  sum += x$i;
#end
  result[id.x] = sum;
}
