// output[o, y, x, n] = bias[o] + Σ c, ky, kx: weight[c, ky, kx, o] · input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n]
//
// A thread computes one image n, ROWS × COLUMNS pixels and VECTORS × 4 output channels, all sums in registers. For each
// input channel it loads every input pixel under its tile once and uses it for all taps.
// Pixels outside the image are read from a clamped address and multiplied by 0: cheaper than a branch.

@group(0) @binding(0) var<storage, read> input: array<f32>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]
@group(0) @binding(2) var<storage, read_write> output: array<f32>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
#if HAS_BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [OUT_VECTORS]
#end

@compute @workgroup_size(LANES, TILES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let n = group.x * LANES + local.x;
  let tile = group.y * TILES + local.y;
#if BATCH % LANES != 0 || TILES_DOWN * TILES_ACROSS % TILES != 0
  if (n >= BATCH || tile >= TILES_DOWN * TILES_ACROSS) {
    return;
  }
#end
  let top = tile / TILES_ACROSS * ROWS;
  let left = tile % TILES_ACROSS * COLUMNS;
  let firstVector = group.z * VECTORS;

  // Input rows and columns under the tile; those that may lie outside the image get a mask.
#for r in 0..IN_ROWS
  let y$r = i32(top * STRIDE) + ${r} - ${PADDING};
#if r < PADDING || (TILES_DOWN - 1) * ROWS * STRIDE + r - PADDING >= IN_HEIGHT
  let rowMask$r = select(0.0, 1.0, y$r >= 0 && y$r < ${IN_HEIGHT});
  let row$r = u32(clamp(y$r, 0, ${IN_HEIGHT - 1})) * IN_WIDTH * BATCH;
#else
  let row$r = u32(y$r) * IN_WIDTH * BATCH;
#end
#end
#for i in 0..IN_COLUMNS
  let x$i = i32(left * STRIDE) + ${i} - ${PADDING};
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
  let columnMask$i = select(0.0, 1.0, x$i >= 0 && x$i < ${IN_WIDTH});
  let column$i = u32(clamp(x$i, 0, ${IN_WIDTH - 1})) * BATCH + n;
#else
  let column$i = u32(x$i) * BATCH + n;
#end
#end

#for v in 0..VECTORS
#if OUT_VECTORS % VECTORS != 0
  let vector$v = min(firstVector + $v, OUT_VECTORS - 1);
#else
  let vector$v = firstVector + $v;
#end
#for y in 0..ROWS
#for x in 0..COLUMNS
#if HAS_BIAS
  var sum${y}_${x}_$v = bias[vector$v];
#else
  var sum${y}_${x}_$v = vec4f();
#end
#end
#end
#end

  for (var c = 0u; c < IN_CHANNELS; c++) {
    let plane = c * (IN_HEIGHT * IN_WIDTH * BATCH);
    let taps = c * (KERNEL * KERNEL * OUT_VECTORS);
    // partial⟨ky⟩: the sum before kernel row ky. Constants, unlike variables, stay in registers everywhere.
#for y in 0..ROWS
#for x in 0..COLUMNS
#for v in 0..VECTORS
    let partial0_${y}_${x}_$v = sum${y}_${x}_$v;
#end
#end
#end
#for r in 0..IN_ROWS
#for i in 0..IN_COLUMNS
    let in${r}_$i = input[plane + row$r + column$i]
#if r < PADDING || (TILES_DOWN - 1) * ROWS * STRIDE + r - PADDING >= IN_HEIGHT
      * rowMask$r
#end
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
      * columnMask$i
#end
      ;
#end
#if r < KERNEL
#for kx in 0..KERNEL
#for v in 0..VECTORS
    let weight${r}_${kx}_$v = weight[taps + ${(r * KERNEL + kx) * OUT_VECTORS} + vector$v];
#end
#end
#end
#for y in 0..ROWS
#if r - y * STRIDE >= 0 && r - y * STRIDE < KERNEL
#for x in 0..COLUMNS
#for v in 0..VECTORS
    let partial${r - y * STRIDE + 1}_${y}_${x}_$v = partial${r - y * STRIDE}_${y}_${x}_$v
#for kx in 0..KERNEL
      + in${r}_${x * STRIDE + kx} * weight${r - y * STRIDE}_${kx}_$v
#end
      ;
#end
#end
#end
#end
#end
#for y in 0..ROWS
#for x in 0..COLUMNS
#for v in 0..VECTORS
    sum${y}_${x}_$v = partial${KERNEL}_${y}_${x}_$v;
#end
#end
#end
  }

#for v in 0..VECTORS
#for j in 0..4
#for y in 0..ROWS
#for x in 0..COLUMNS
#if OUT_CHANNELS % (4 * VECTORS) != 0 || OUT_HEIGHT % ROWS != 0 || OUT_WIDTH % COLUMNS != 0
  if ((firstVector + $v) * 4 + $j < OUT_CHANNELS && top + $y < OUT_HEIGHT && left + $x < OUT_WIDTH)
#end
  { output[((((firstVector + $v) * 4 + $j) * OUT_HEIGHT + top + $y) * OUT_WIDTH + left + $x) * BATCH + n] = sum${y}_${x}_$v[$j]; }
#end
#end
#end
#end
}
