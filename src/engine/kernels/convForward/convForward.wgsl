// output[o, y, x, n] = bias[o] + Σ c, ky, kx: weight[c, ky, kx, o] · input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n]
//
// A thread computes one image n, COLUMNS neighbouring pixels and VECTORS × 4 output channels, all sums in registers.
// For each input channel and row of taps it loads every input pixel under its tile once and uses it for all taps.
// Only columns are written out; rows of taps are a loop, or software adapters compile for seconds.

@group(0) @binding(0) var<storage, read> input: array<f32>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]
@group(0) @binding(2) var<storage, read_write> output: array<f32>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
#if HAS_BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [OUT_VECTORS]
#end

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let n = group.x * LANES + local.x;
#if BATCH % LANES != 0
  if (n >= BATCH) {
    return;
  }
#end
  let y = group.y / TILES_ACROSS;
  let left = group.y % TILES_ACROSS * COLUMNS;
  let firstVector = group.z * VECTORS;

  // Columns under the tile. Those that may lie outside the image are read from a clamped address and replaced by 0.
#for i in 0..IN_COLUMNS
  let x$i = i32(left * STRIDE) + ${i} - ${PADDING};
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
  let inside$i = x$i >= 0 && x$i < ${IN_WIDTH};
  let column$i = u32(clamp(x$i, 0, ${IN_WIDTH - 1})) * BATCH + n;
#else
  let column$i = u32(x$i) * BATCH + n;
#end
#end
  // Rows of taps over the image.
  let top = i32(y * STRIDE) - ${PADDING};
  let firstTap = u32(max(0, -top));
  let endTap = u32(min(${KERNEL}, ${IN_HEIGHT} - top));

#for v in 0..VECTORS
#if OUT_VECTORS % VECTORS != 0
  let vector$v = min(firstVector + $v, ${OUT_VECTORS - 1});
#else
  let vector$v = firstVector + $v;
#end
#for p in 0..COLUMNS
#if HAS_BIAS
  var sum${v}_$p = bias[vector$v];
#else
  var sum${v}_$p = vec4f();
#end
#end
#end

  for (var c = 0u; c < IN_CHANNELS; c++) {
    for (var ky = firstTap; ky < endTap; ky++) {
      let row = (c * IN_HEIGHT + u32(top + i32(ky))) * (IN_WIDTH * BATCH);
      let taps = (c * KERNEL + ky) * (KERNEL * OUT_VECTORS);
#for i in 0..IN_COLUMNS
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
      let in$i = select(0.0, input[row + column$i], inside$i);
#else
      let in$i = input[row + column$i];
#end
#end
#for kx in 0..KERNEL
#for v in 0..VECTORS
      let weight${kx}_$v = weight[taps + ${kx * OUT_VECTORS} + vector$v];
#end
#end
      // A row of taps is summed by itself first: fewer roundings against the large sum.
#for p in 0..COLUMNS
#for v in 0..VECTORS
      sum${v}_$p += in${p * STRIDE} * weight0_$v
#for kx in 1..KERNEL
        + in${p * STRIDE + kx} * weight${kx}_$v
#end
      ;
#end
#end
    }
  }

  // A loop the compiler cannot unroll: it cannot know the buffer's length.
  var sums = array<vec4f, ${VECTORS * COLUMNS}>(
#for v in 0..VECTORS
#for p in 0..COLUMNS
    sum${v}_$p,
#end
#end
  );
  let end = min(${4 * VECTORS * COLUMNS}, arrayLength(&output));
  for (var i = 0u; i < end; i++) {
    let p = i % COLUMNS;
    let k = i / COLUMNS;
    let o = firstVector * 4u + k;
#if OUT_CHANNELS % (4 * VECTORS) != 0 || OUT_WIDTH % COLUMNS != 0
    if (o < OUT_CHANNELS && left + p < OUT_WIDTH)
#end
    {
      output[((o * OUT_HEIGHT + y) * OUT_WIDTH + left + p) * BATCH + n] = sums[k / 4u * COLUMNS + p][k % 4u];
    }
  }
}
