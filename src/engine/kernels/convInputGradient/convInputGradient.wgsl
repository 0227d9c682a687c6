// inputGradient[c, y, x, n] (+)= Σ o, ky, kx: weight[c, ky, kx, o] · outputGradient[o, (y + PADDING − ky) / STRIDE, (x + PADDING − kx) / STRIDE, n]
// over the taps where both divisions are exact and the output pixel exists.
//
// Which taps those are depends on y and x modulo STRIDE alone. A workgroup takes one such class of pixels (all, at stride
// 1): within it this is a convolution over neighbouring output pixels. A thread computes one image n, COLUMNS pixels of
// the class side by side and CHANNELS input channels, all sums in registers.

@group(0) @binding(0) var<storage, read> outputGradient: array<f32>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<f32>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_PADDED]
@group(0) @binding(2) var<storage, read_write> inputGradient: array<f32>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let n = group.x * LANES + local.x;
#if BATCH % LANES != 0
  if (n >= BATCH) {
    return;
  }
#end
  let columnClass = group.z % STRIDE;
  let rowClass = group.z / STRIDE % STRIDE;
  let firstChannel = group.z / (STRIDE * STRIDE) * CHANNELS;
  let classRow = group.y / TILES_ACROSS;
  let left = group.y % TILES_ACROSS * COLUMNS;
  let y = classRow * STRIDE + rowClass;
#if IN_HEIGHT % STRIDE != 0
  if (y >= IN_HEIGHT) {
    return;
  }
#end

  // Tap t of the class is kernel column firstTap + t · STRIDE and reads output column (class column) + shift − t.
  let firstTapColumn = (columnClass + PADDING) % STRIDE;
  let shiftColumn = i32((columnClass + PADDING - firstTapColumn) / STRIDE);
  let firstTapRow = (rowClass + PADDING) % STRIDE;
  let lastOutRow = i32(classRow + (rowClass + PADDING - firstTapRow) / STRIDE);
  // Rows of taps, t, whose output row lastOutRow − t exists.
  let firstRowTap = max(0, lastOutRow - ${OUT_HEIGHT - 1});
  let endRowTap = min(lastOutRow + 1, i32((KERNEL - min(firstTapRow, KERNEL) + STRIDE - 1u) / STRIDE));

  // Output columns under the tile. Those outside are read from a clamped address and replaced by 0.
#for i in 0..OUT_COLUMNS
  let x$i = i32(left) + shiftColumn + ${i} - ${TAPS - 1};
  let inside$i = x$i >= 0 && x$i < ${OUT_WIDTH};
  let column$i = u32(clamp(x$i, 0, ${OUT_WIDTH - 1})) * BATCH + n;
#end
#for t in 0..TAPS
#if STRIDE > 1
  let has$t = firstTapColumn + ${t * STRIDE} < KERNEL;
  let tap$t = min(firstTapColumn + ${t * STRIDE}, ${KERNEL - 1}) * OUT_PADDED;
#else
  let tap$t = ${t} * OUT_PADDED;
#end
#end
#for c in 0..CHANNELS
#if IN_CHANNELS % CHANNELS != 0
  let channel$c = min(firstChannel + $c, ${IN_CHANNELS - 1}) * ${KERNEL * KERNEL * OUT_PADDED};
#else
  let channel$c = (firstChannel + $c) * ${KERNEL * KERNEL * OUT_PADDED};
#end
#for p in 0..COLUMNS
  var sum${c}_$p = 0.0;
#end
#end

  for (var o = 0u; o < OUT_CHANNELS; o++) {
    for (var t = firstRowTap; t < endRowTap; t++) {
      let ky = firstTapRow + u32(t) * STRIDE;
      let row = (o * OUT_HEIGHT + u32(lastOutRow - t)) * (OUT_WIDTH * BATCH);
      let taps = ky * (KERNEL * OUT_PADDED) + o;
#for i in 0..OUT_COLUMNS
#if STRIDE == 1 && i >= TAPS - 1 - PADDING && (TILES_ACROSS - 1) * COLUMNS + PADDING + i - TAPS + 1 < OUT_WIDTH
      let out$i = outputGradient[row + column$i];
#else
      let out$i = select(0.0, outputGradient[row + column$i], inside$i);
#end
#end
#for t in 0..TAPS
#for c in 0..CHANNELS
#if STRIDE > 1
      let weight${t}_$c = select(0.0, weight[channel$c + taps + tap$t], has$t);
#else
      let weight${t}_$c = weight[channel$c + taps + tap$t];
#end
#end
#end
      // A row of taps is summed by itself first: fewer roundings against the large sum.
#for p in 0..COLUMNS
#for c in 0..CHANNELS
      sum${c}_$p += out${p + TAPS - 1} * weight0_$c
#for t in 1..TAPS
        + out${p + TAPS - 1 - t} * weight${t}_$c
#end
      ;
#end
#end
    }
  }

  // A loop the compiler cannot unroll: it cannot know the buffer's length.
  var sums = array<f32, ${CHANNELS * COLUMNS}>(
#for c in 0..CHANNELS
#for p in 0..COLUMNS
    sum${c}_$p,
#end
#end
  );
  let end = min(${CHANNELS * COLUMNS}, arrayLength(&inputGradient));
  for (var i = 0u; i < end; i++) {
    let c = firstChannel + i / COLUMNS;
    let x = (left + i % COLUMNS) * STRIDE + columnClass;
    if (c < IN_CHANNELS && x < IN_WIDTH) {
      let at = ((c * IN_HEIGHT + y) * IN_WIDTH + x) * BATCH + n;
#if ACCUMULATE
      inputGradient[at] += sums[i];
#else
      inputGradient[at] = sums[i];
#end
    }
  }
}
