// partials[split, c, ky, kx, o] = Σ n, x, and y of the split: input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n] · outputGradient[o, y, x, n]
//
// A workgroup owns CHANNELS input channels, KERNEL_ROWS rows of taps, VECTORS × 4 output channels, and one split of the
// output rows. Each of its threads sums over its own images (n = lane, lane + LANES, …), all sums in registers; the sums
// of the lanes are then added in workgroup memory, in the order of the lanes: every run gives the same bits.
// Pixels outside the image are read from a clamped address and multiplied by 0: cheaper than a branch.

@group(0) @binding(0) var<storage, read> input: array<f32>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> outputGradient: array<f32>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(2) var<storage, read_write> partials: array<f32>; // [splits, IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS, 4]

// [KERNEL_ROWS, KERNEL, 4, LANES + 1]: the odd stride keeps both its writers and its readers on different banks.
var<workgroup> lanes: array<f32, KERNEL_ROWS * KERNEL * 4 * (LANES + 1)>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstVector = group.x * VECTORS;
  let firstChannel = group.y / KERNEL_PARTS * CHANNELS;
  let firstTapRow = group.y % KERNEL_PARTS * KERNEL_ROWS;

#for v in 0..VECTORS
#for j in 0..4
#if OUT_CHANNELS % (4 * VECTORS) != 0
  let outPlane${v}_$j = min((firstVector + $v) * 4 + $j, OUT_CHANNELS - 1) * (OUT_HEIGHT * OUT_WIDTH * BATCH);
#else
  let outPlane${v}_$j = ((firstVector + $v) * 4 + $j) * (OUT_HEIGHT * OUT_WIDTH * BATCH);
#end
#end
#end
#for c in 0..CHANNELS
#if IN_CHANNELS % CHANNELS != 0
  let plane$c = min(firstChannel + $c, IN_CHANNELS - 1) * (IN_HEIGHT * IN_WIDTH * BATCH);
#else
  let plane$c = (firstChannel + $c) * (IN_HEIGHT * IN_WIDTH * BATCH);
#end
#for ky in 0..KERNEL_ROWS
#for kx in 0..KERNEL
#for v in 0..VECTORS
  var sum${c}_${ky}_${kx}_$v = vec4f();
#end
#end
#end
#end

  let lastRow = min((group.z + 1) * ROWS_PER_SPLIT, OUT_HEIGHT);
  for (var y = group.z * ROWS_PER_SPLIT; y < lastRow; y++) {
#for ky in 0..KERNEL_ROWS
    let y$ky = i32(y * STRIDE + firstTapRow) + ${ky} - ${PADDING};
#if ROWS_MASKED
    let rowMask$ky = select(0.0, 1.0, y$ky >= 0 && y$ky < ${IN_HEIGHT});
    let row$ky = u32(clamp(y$ky, 0, ${IN_HEIGHT - 1})) * IN_WIDTH * BATCH;
#else
    let row$ky = u32(y$ky) * IN_WIDTH * BATCH;
#end
#end
    for (var left = 0u; left < OUT_WIDTH; left += COLUMNS) {
#for i in 0..IN_COLUMNS
      let x$i = i32(left * STRIDE) + ${i} - ${PADDING};
#if i < PADDING || (STEPS_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
      let columnMask$i = select(0.0, 1.0, x$i >= 0 && x$i < ${IN_WIDTH});
      let column$i = u32(clamp(x$i, 0, ${IN_WIDTH - 1})) * BATCH;
#else
      let column$i = u32(x$i) * BATCH;
#end
#end
#for x in 0..COLUMNS
#if OUT_WIDTH % COLUMNS != 0
      let outMask$x = select(0.0, 1.0, left + $x < OUT_WIDTH);
      let outColumn$x = (y * OUT_WIDTH + min(left + $x, OUT_WIDTH - 1)) * BATCH;
#else
      let outColumn$x = (y * OUT_WIDTH + left + $x) * BATCH;
#end
#end
#if BATCH == LANES
      // A loop, even one that runs once, makes SwiftShader mask every access: half the speed.
      let n = lane;
      {
#else
      for (var n = lane; n < BATCH; n += LANES) {
#end
#for x in 0..COLUMNS
#for v in 0..VECTORS
        let out${x}_$v = vec4f(
#for j in 0..4
          outputGradient[outPlane${v}_$j + outColumn$x + n],
#end
        )
#if OUT_WIDTH % COLUMNS != 0
          * outMask$x
#end
          ;
#end
#end
#for c in 0..CHANNELS
#for ky in 0..KERNEL_ROWS
#for i in 0..IN_COLUMNS
        let in${c}_${ky}_$i = input[plane$c + row$ky + column$i + n]
#if ROWS_MASKED
          * rowMask$ky
#end
#if i < PADDING || (STEPS_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
          * columnMask$i
#end
          ;
#end
#for kx in 0..KERNEL
#for v in 0..VECTORS
        sum${c}_${ky}_${kx}_$v = sum${c}_${ky}_${kx}_$v
#for x in 0..COLUMNS
          + in${c}_${ky}_${x * STRIDE + kx} * out${x}_$v
#end
          ;
#end
#end
#end
#end
      }
    }
  }

#for c in 0..CHANNELS
#for v in 0..VECTORS
  workgroupBarrier();
#for tap in 0..KERNEL_ROWS * KERNEL
#for j in 0..4
  lanes[${tap * 4 + j} * (LANES + 1) + lane] = sum${c}_${tap / KERNEL}_${tap % KERNEL}_$v[$j];
#end
#end
  workgroupBarrier();
#if IN_CHANNELS % CHANNELS != 0 || OUT_VECTORS % VECTORS != 0
  if (firstChannel + $c < IN_CHANNELS && firstVector + $v < OUT_VECTORS)
#end
  {
    for (var i = lane; i < KERNEL_ROWS * KERNEL * 4; i += LANES) {
      var sum = 0.0;
      for (var l = 0u; l < LANES; l++) {
        sum += lanes[i * (LANES + 1) + l];
      }
      let o = (firstVector + $v) * 4 + i % 4;
      let tap = ((group.z * IN_CHANNELS + firstChannel + $c) * KERNEL + firstTapRow) * KERNEL + i / 4;
      partials[tap * (OUT_VECTORS * 4) + o] = select(0.0, sum, o < OUT_CHANNELS);
    }
  }
#end
#end
}
