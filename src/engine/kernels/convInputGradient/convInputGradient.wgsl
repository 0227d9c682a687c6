// inputGradient[c, y, x, n] = Σ o, ky, kx: weight[c, ky, kx, o] · outputGradient[o, (y + PADDING − ky) / STRIDE, (x + PADDING − kx) / STRIDE, n]
// over those taps whose divisions leave no remainder.
//
// A thread computes one image n, ROWS × COLUMNS pixels and CHANNELS input channels, four output channels at a time.
// Tiles begin at multiples of STRIDE, so the taps that meet a pixel are known here, before compilation.
// Pixels outside the image are read from a clamped address and multiplied by 0: cheaper than a branch.

@group(0) @binding(0) var<storage, read> outputGradient: array<f32>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]
@group(0) @binding(2) var<storage, read_write> inputGradient: array<f32>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]

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
  let firstChannel = group.z * CHANNELS;

  // Output rows and columns whose kernels touch the tile, counted from BEFORE ahead of its own first;
  // those that may lie outside the image get a mask.
#for r in 0..OUT_ROWS
  let y$r = i32(top / STRIDE) + ${r} - ${BEFORE};
#if r < BEFORE || (TILES_DOWN - 1) * ROWS / STRIDE + r - BEFORE >= OUT_HEIGHT
  let rowMask$r = select(0.0, 1.0, y$r >= 0 && y$r < ${OUT_HEIGHT});
  let row$r = u32(clamp(y$r, 0, ${OUT_HEIGHT - 1})) * OUT_WIDTH * BATCH;
#else
  let row$r = u32(y$r) * OUT_WIDTH * BATCH;
#end
#end
#for i in 0..OUT_COLUMNS
  let x$i = i32(left / STRIDE) + ${i} - ${BEFORE};
#if i < BEFORE || (TILES_ACROSS - 1) * COLUMNS / STRIDE + i - BEFORE >= OUT_WIDTH
  let columnMask$i = select(0.0, 1.0, x$i >= 0 && x$i < ${OUT_WIDTH});
  let column$i = u32(clamp(x$i, 0, ${OUT_WIDTH - 1})) * BATCH + n;
#else
  let column$i = u32(x$i) * BATCH + n;
#end
#end

#for c in 0..CHANNELS
#if IN_CHANNELS % CHANNELS != 0
  let taps$c = min(firstChannel + $c, IN_CHANNELS - 1) * (KERNEL * KERNEL * OUT_VECTORS);
#else
  let taps$c = (firstChannel + $c) * (KERNEL * KERNEL * OUT_VECTORS);
#end
#for y in 0..ROWS
#for x in 0..COLUMNS
  var sum${y}_${x}_$c = 0.0;
#end
#end
#end

  for (var v = 0u; v < OUT_VECTORS; v++) {
#for j in 0..4
#if OUT_CHANNELS % 4 != 0
    let plane$j = min(v * 4 + $j, OUT_CHANNELS - 1) * (OUT_HEIGHT * OUT_WIDTH * BATCH);
#else
    let plane$j = (v * 4 + $j) * (OUT_HEIGHT * OUT_WIDTH * BATCH);
#end
#end
#for r in 0..OUT_ROWS
#for i in 0..OUT_COLUMNS
    let out${r}_$i = vec4f(
#for j in 0..4
      outputGradient[plane$j + row$r + column$i],
#end
    )
#if r < BEFORE || (TILES_DOWN - 1) * ROWS / STRIDE + r - BEFORE >= OUT_HEIGHT
      * rowMask$r
#end
#if i < BEFORE || (TILES_ACROSS - 1) * COLUMNS / STRIDE + i - BEFORE >= OUT_WIDTH
      * columnMask$i
#end
      ;
#end
#end
#for c in 0..CHANNELS
#for ky in 0..KERNEL
#for kx in 0..KERNEL
    let weight${c}_${ky}_$kx = weight[taps$c + ${(ky * KERNEL + kx) * OUT_VECTORS} + v];
#end
#end
#for y in 0..ROWS
#for x in 0..COLUMNS
    sum${y}_${x}_$c = sum${y}_${x}_$c
#for ky in 0..KERNEL
#if (y + PADDING - ky) % STRIDE == 0
#for kx in 0..KERNEL
#if (x + PADDING - kx) % STRIDE == 0
      + dot(out${(y + PADDING - ky) / STRIDE + BEFORE}_${(x + PADDING - kx) / STRIDE + BEFORE}, weight${c}_${ky}_$kx)
#end
#end
#end
#end
      ;
#end
#end
#end
  }

#for c in 0..CHANNELS
#for y in 0..ROWS
#for x in 0..COLUMNS
#if IN_CHANNELS % CHANNELS != 0 || IN_HEIGHT % ROWS != 0 || IN_WIDTH % COLUMNS != 0
  if (firstChannel + $c < IN_CHANNELS && top + $y < IN_HEIGHT && left + $x < IN_WIDTH)
#end
#if ACCUMULATE
  { inputGradient[(((firstChannel + $c) * IN_HEIGHT + top + $y) * IN_WIDTH + left + $x) * BATCH + n] += sum${y}_${x}_$c; }
#else
  { inputGradient[(((firstChannel + $c) * IN_HEIGHT + top + $y) * IN_WIDTH + left + $x) * BATCH + n] = sum${y}_${x}_$c; }
#end
#end
#end
#end
}
