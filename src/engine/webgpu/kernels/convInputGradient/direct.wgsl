// inputGradient[c, y, x, n] (+)= Σ o, ky, kx: weight[c, ky, kx, o] · outputGradient[o, (y + PADDING − ky) / STRIDE, (x + PADDING − kx) / STRIDE, n]
// over the taps where both divisions are exact and the output pixel exists.
//
// Which taps those are depends on y and x modulo STRIDE alone. A workgroup takes one such class of pixels (all, at stride
// 1): within it this is a convolution over neighbouring output pixels. A thread computes one image n, ROWS × COLUMNS pixels
// of the class side by side and CHANNELS input channels, all sums in registers. Each turn of its loop takes OUTPUTS output
// channels with all their taps (UNROLLED), or one channel and one row of taps, which compiles several times faster.
// The weights of a turn are the same for all threads: they either load them all, or (SHARED) each lane of a subgroup loads
// a few and hands them round.
// REDUCE: the input is what BatchNorm and activation made of x. The gradient is taken back through the activation, by its
// output (SLOPE 1) or, for ReLU, by computing that anew (SLOPE 2), and every thread leaves the sums over its pixels of it
// and of its product with x̂, of what it stores and without the scale of that: see `batchNormGradientReduce`.

@group(0) @binding(0) var<storage, read> outputGradient: array<Output>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<f32>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_PADDED]
@group(0) @binding(2) var<storage, read_write> inputGradient: array<Input>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
#if REDUCE
@group(0) @binding(3) var<storage, read> x: array<Input>; // like inputGradient
@group(0) @binding(4) var<storage, read> mean: array<f32>; // [IN_CHANNELS]
@group(0) @binding(5) var<storage, read> rstd: array<f32>; // [IN_CHANNELS]
@group(0) @binding(6) var<storage, read_write> tileSums: array<vec2f>; // [IN_CHANNELS, TILES, BATCH]
#end
#if SLOPE == 1
@group(0) @binding(7) var<storage, read> activated: array<Input>; // like inputGradient
#end
#if SLOPE == 2
@group(0) @binding(7) var<storage, read> affine: array<f32>; // γ [IN_CHANNELS], then β from BETA_OFFSET on
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
#if SHARED
  @builtin(subgroup_invocation_id) subgroupLane: u32,
#end
) {
  // Lanes beyond the batch repeat its last image and store nothing.
#if BATCH % LANES != 0
  let n = min(group.x * LANES + lane, ${BATCH - 1});
#else
  let n = group.x * LANES + lane;
#end
  let columnClass = group.z % STRIDE;
  let rowClass = group.z / STRIDE % STRIDE;
  let firstChannel = group.z / (STRIDE * STRIDE) * CHANNELS;
  // In pixels of the class.
  let top = group.y / TILES_ACROSS * ROWS;
  let left = group.y % TILES_ACROSS * COLUMNS;
#if IN_HEIGHT % STRIDE != 0 && !REDUCE
  if (top * STRIDE + rowClass >= IN_HEIGHT) {
    return;
  }
#end

  // Tap t of the class is kernel column firstTap + t · STRIDE and reads output column (class column) + shift − t.
  let firstTapColumn = (columnClass + PADDING) % STRIDE;
  let shiftColumn = i32((columnClass + PADDING - firstTapColumn) / STRIDE);
  let firstTapRow = (rowClass + PADDING) % STRIDE;
  let shiftRow = i32((rowClass + PADDING - firstTapRow) / STRIDE);

  // Output columns under the tile. Those that may lie outside are read from a clamped address and replaced by 0.
#for i in 0..OUT_COLUMNS
  let x$i = i32(left) + shiftColumn + ${i} - ${TAPS - 1};
  let insideColumn$i = x$i >= 0 && x$i < ${OUT_WIDTH};
  let column$i = u32(clamp(x$i, 0, ${OUT_WIDTH - 1})) * BATCH + n;
#end
#if UNROLLED
  // Output rows under the tile, likewise.
#for r in 0..TURN_ROWS
  let y$r = i32(top) + shiftRow + ${r} - ${TAPS - 1};
  let insideRow$r = y$r >= 0 && y$r < ${OUT_HEIGHT};
  let row$r = u32(clamp(y$r, 0, ${OUT_HEIGHT - 1})) * ${OUT_WIDTH * BATCH};
#end
#else
  // Rows of taps, t, whose output row lastRow − t exists.
  let lastRow = i32(top) + shiftRow;
  let firstRowTap = max(0, lastRow - ${OUT_HEIGHT - 1});
  let endRowTap = min(lastRow + 1, i32((KERNEL - min(firstTapRow, KERNEL) + STRIDE - 1) / STRIDE));
#end
#if STRIDE > 1 && !SHARED
#for t in 0..TAPS
  let has$t = firstTapColumn + ${t * STRIDE} < KERNEL;
  let tap$t = min(firstTapColumn + ${t * STRIDE}, ${KERNEL - 1}) * OUT_PADDED;
#end
#end
#if SHARED
  // The turn's weights in the order channel, tap, output channel: this lane loads number i · SHARED + its own.
#for i in 0..LOADS
  let number$i = min(${i * SHARED} + subgroupLane % SHARED, ${CHANNELS * TURN_TAPS * OUTPUTS - 1});
  let channel$i = min(firstChannel + number$i / ${TURN_TAPS * OUTPUTS}, ${IN_CHANNELS - 1}) * ${KERNEL * KERNEL * OUT_PADDED};
#if STRIDE > 1
  let tapOf$i = firstTapColumn + number$i / OUTPUTS % TURN_TAPS * STRIDE;
  let ownHas$i = tapOf$i < KERNEL;
  let from$i = channel$i + min(tapOf$i, ${KERNEL - 1}) * OUT_PADDED + number$i % OUTPUTS;
#else
  let from$i = channel$i + number$i / OUTPUTS % TURN_TAPS * OUT_PADDED + number$i % OUTPUTS;
#end
#end
#end
#if !SHARED
#for c in 0..CHANNELS
#if IN_CHANNELS % CHANNELS != 0
  let channel$c = min(firstChannel + $c, ${IN_CHANNELS - 1}) * ${KERNEL * KERNEL * OUT_PADDED};
#else
  let channel$c = (firstChannel + $c) * ${KERNEL * KERNEL * OUT_PADDED};
#end
#end
#end
#for c in 0..CHANNELS
#for p in 0..ROWS * COLUMNS
  var sum${c}_$p = 0.0;
#end
#end

  for (var o = 0u; o < OUT_CHANNELS; o += OUTPUTS) {
#if UNROLLED
    let taps = o;
#else
    for (var t = firstRowTap; t < endRowTap; t++) {
    let row0 = u32(lastRow - t) * ${OUT_WIDTH * BATCH};
    let taps = (firstTapRow + u32(t) * STRIDE) * ${KERNEL * OUT_PADDED} + o;
#end
#for u in 0..OUTPUTS
    let plane$u = (o + $u) * ${OUT_HEIGHT * OUT_WIDTH * BATCH};
#for r in 0..TURN_ROWS
#for i in 0..OUT_COLUMNS
#if STRIDE == 1 && i >= TAPS - 1 - PADDING && (TILES_ACROSS - 1) * COLUMNS + PADDING + i - TAPS + 1 < OUT_WIDTH
#if !UNROLLED || (r >= TAPS - 1 - PADDING && (TILES_DOWN - 1) * ROWS + PADDING + r - TAPS + 1 < OUT_HEIGHT)
    let out${u}_${r}_$i = f32(outputGradient[plane$u + row$r + column$i]);
#else
    let out${u}_${r}_$i = select(0.0, f32(outputGradient[plane$u + row$r + column$i]), insideRow$r);
#end
#else
#if !UNROLLED
    let out${u}_${r}_$i = select(0.0, f32(outputGradient[plane$u + row$r + column$i]), insideColumn$i);
#else
    let out${u}_${r}_$i = select(0.0, f32(outputGradient[plane$u + row$r + column$i]), insideRow$r && insideColumn$i);
#end
#end
#end
#end
#end
#if SHARED
#for i in 0..LOADS
#if STRIDE > 1
    let own$i = select(0.0, weight[taps + from$i], ownHas$i);
#else
    let own$i = weight[taps + from$i];
#end
#end
#for q in 0..CHANNELS * TURN_TAPS * OUTPUTS
    let weight${q % OUTPUTS}_${q / OUTPUTS % TURN_TAPS}_${q / (TURN_TAPS * OUTPUTS)} = subgroupBroadcast(own${q / SHARED}, ${q % SHARED});
#end
#else
#for u in 0..OUTPUTS
#for t in 0..TURN_TAPS
#for c in 0..CHANNELS
#if STRIDE > 1
    let weight${u}_${t}_$c = select(0.0, weight[channel$c + taps + tap$t + $u], has$t);
#else
    let weight${u}_${t}_$c = weight[channel$c + taps + ${t * OUT_PADDED + u}];
#end
#end
#end
#end
#end
    // The taps of a turn are summed by themselves first: fewer roundings against the large sum.
#for r in 0..ROWS
#for p in 0..COLUMNS
#for c in 0..CHANNELS
    sum${c}_${r * COLUMNS + p} += out0_${r + TURN_ROWS - ROWS}_${p + TAPS - 1} * weight0_0_$c
#for t in 1..TURN_TAPS * OUTPUTS
      + out${t / TURN_TAPS}_${r + TURN_ROWS - ROWS - t % TURN_TAPS / TAPS}_${p + TAPS - 1 - t % TAPS} * weight${t / TURN_TAPS}_${t % TURN_TAPS}_$c
#end
    ;
#end
#end
#end
#if !UNROLLED
    }
#end
  }

  // Loops the compiler cannot unroll: it cannot know the buffer's length.
  var sums = array<f32, ${CHANNELS * ROWS * COLUMNS}>(
#for c in 0..CHANNELS
#for p in 0..ROWS * COLUMNS
    sum${c}_$p,
#end
#end
  );
  let endChannel = min(CHANNELS, arrayLength(&inputGradient));
  let endPixel = min(${ROWS * COLUMNS}, arrayLength(&inputGradient));
  for (var k = 0u; k < endChannel; k++) {
    let c = firstChannel + k;
#if REDUCE
    let channel = min(c, ${IN_CHANNELS - 1});
    let center = mean[channel];
    let scale = rstd[channel];
#if SLOPE == 2
    let gamma = affine[channel];
    let beta = affine[BETA_OFFSET + channel];
#end
    var both = vec2f();
#end
    for (var p = 0u; p < endPixel; p++) {
      let row = (top + p / COLUMNS) * STRIDE + rowClass;
      let column = (left + p % COLUMNS) * STRIDE + columnClass;
      // Stores under a condition are slow on software adapters.
#if BATCH % LANES != 0 || IN_CHANNELS % CHANNELS != 0 || IN_HEIGHT % (ROWS * STRIDE) != 0 || IN_WIDTH % (COLUMNS * STRIDE) != 0
      if (c < IN_CHANNELS && row < IN_HEIGHT && column < IN_WIDTH && group.x * LANES + lane < BATCH)
#end
      {
        let at = ((c * IN_HEIGHT + row) * IN_WIDTH + column) * BATCH + n;
#if ACCUMULATE
        let total = f32(inputGradient[at]) + sums[k * ${ROWS * COLUMNS} + p];
#else
        let total = sums[k * ${ROWS * COLUMNS} + p];
#end
#if REDUCE
        let apart = f32(x[at]) - center;
#if SLOPE == 0
        let gradient = total;
#end
#if SLOPE == 1
        let gradient = total * slope(f32(activated[at]));
#end
#if SLOPE == 2
        // Computed as forward did, bit by bit.
        let gradient = total * select(1.0, 0.0, apart * (gamma * scale) + beta <= 0.0);
#end
        let stored = toInput(gradient);
        both += vec2f(f32(stored), f32(stored) * (apart * scale));
        inputGradient[at] = stored;
#else
        inputGradient[at] = toInput(total);
#end
      }
    }
#if REDUCE
    if (c < IN_CHANNELS && group.x * LANES + lane < BATCH) {
      let tile = (rowClass * STRIDE + columnClass) * ${TILES_ACROSS * TILES_DOWN} + group.y;
      tileSums[(c * TILES + tile) * BATCH + n] = both * UNSCALE;
    }
#end
  }
}
