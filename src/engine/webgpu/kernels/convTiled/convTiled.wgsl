// made[m, y, x, n] = Σ c, j, i: weight(c, j, i, m) · source[c, y·STEP + firstRow + j, x·STEP + firstColumn + i, n], for GPUs.
//
// A workgroup makes IMAGE_LANES × 4 images of ROWS × COLUMNS neighbouring pixels in VECTORS × 4 channels; a thread four
// images of THREAD_COLUMNS pixels side by side in THREAD_VECTORS × 4 channels, all sums in registers. Turn by turn, TURN
// channels of the source under the tile and their weights are staged in workgroup memory, while the next turn's loads are
// on their way in registers. SLICES groups of lanes share out the channels and are added up in order at the end, so that
// small images keep a large GPU busy.
// Forward: m is the output channel. Backward (INPUT_GRADIENT): the source is the output's gradient, m the input channel; at
// STRIDE 2 a workgroup takes pixels of one parity of row and column, whose taps are the same: see `convInputGradient`.

@group(0) @binding(0) var<storage, read> source: array<vec4<Source>>; // [DEPTH, SOURCE_HEIGHT, SOURCE_WIDTH, BATCH / 4]
#if INPUT_GRADIENT
@group(0) @binding(1) var<storage, read> weight: array<f32>; // [MADE, KERNEL, KERNEL, OUT_PADDED]
#else
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [DEPTH, KERNEL, KERNEL, OUT_VECTORS]
#end
@group(0) @binding(2) var<storage, read_write> made: array<vec4<Made>>; // [MADE, HEIGHT, WIDTH, BATCH / 4]
#if HAS_BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [OUT_VECTORS]
#end
#if STATISTICS
@group(0) @binding($MOMENTS_BINDING) var<storage, read_write> moments: array<vec2f>; // [MADE, TILES, IMAGE_GROUPS]
#end
#if REDUCE
@group(0) @binding(3) var<storage, read> x: array<vec4<Made>>; // like made
@group(0) @binding(4) var<storage, read> mean: array<f32>; // [MADE]
@group(0) @binding(5) var<storage, read> rstd: array<f32>; // [MADE]
@group(0) @binding(6) var<storage, read_write> tileSums: array<vec2f>; // [MADE, CLASSES, TILES, IMAGE_GROUPS]
#end
#if SLOPE == 1
@group(0) @binding(7) var<storage, read> activated: array<vec4<Made>>; // like made
#end
#if SLOPE == 2
@group(0) @binding(7) var<storage, read> affine: array<f32>; // γ [MADE], then β from BETA_OFFSET on
#end

fn toMadeVector(v: vec4f) -> vec4<Made> {
  return vec4<Made>(toMade(v.x), toMade(v.y), toMade(v.z), toMade(v.w));
}

var<workgroup> pixels: array<vec4f, PIXEL_VECTORS>; // [SLICES, TURN, STAGED_ROWS, STAGED_COLUMNS, IMAGE_LANES]
var<workgroup> weights: array<vec4f, ${SLICES * TURN_WEIGHTS}>; // [SLICES, TURN, TAPS, TAPS, VECTORS]
#if STATISTICS
var<workgroup> pivots: array<f32, ${VECTORS * 4}>;
#end
#if STATISTICS || REDUCE
var<workgroup> parts: array<vec4f, ${VECTORS * 2 * PARTS}>; // [pairs of channels, PARTS]
#end

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let slice = lane / SLICE_LANES;
  let own = lane % SLICE_LANES;
  let imageLane = own % IMAGE_LANES;
  let column = own / IMAGE_LANES % COLUMN_LANES * THREAD_COLUMNS;
  let row = own / ${IMAGE_LANES * COLUMN_LANES} % ROWS;
  let vector = own / SPATIAL_LANES * THREAD_VECTORS;
  // In pixels of the class.
  let top = group.y / TILES_ACROSS * ROWS;
  let left = group.y % TILES_ACROSS * COLUMNS;
#if INPUT_GRADIENT
  let columnClass = group.z % STRIDE;
  let rowClass = group.z / STRIDE % STRIDE;
  let firstVector = group.z / (STRIDE * STRIDE) * VECTORS;
  // Tap i, counted from the left, is kernel column firstTapColumn + (TAPS - 1 - i) · STRIDE.
  let firstTapColumn = (columnClass + PADDING) % STRIDE;
  let firstTapRow = (rowClass + PADDING) % STRIDE;
  let firstColumn = i32(left + (columnClass + PADDING - firstTapColumn) / STRIDE) - ${TAPS - 1};
  let firstRow = i32(top + (rowClass + PADDING - firstTapRow) / STRIDE) - ${TAPS - 1};
#else
  let firstVector = group.z * VECTORS;
  let firstColumn = i32(left * STEP) - ${PADDING};
  let firstRow = i32(top * STEP) - ${PADDING};
#end

  // What this lane stages of every channel: pieces of the source, and weights.
#for p in 0..PIECES
  let pieceAt$p = own + ${p * SLICE_LANES};
  let pieceColumn$p = firstColumn + i32(pieceAt$p / IMAGE_LANES % STAGED_COLUMNS);
  let pieceRow$p = firstRow + i32(pieceAt$p / ${IMAGE_LANES * STAGED_COLUMNS});
  let pieceInside$p = pieceColumn$p >= 0 && pieceColumn$p < ${SOURCE_WIDTH} && pieceRow$p >= 0 && pieceRow$p < ${SOURCE_HEIGHT};
  let pieceFrom$p = u32(clamp(pieceRow$p, 0, ${SOURCE_HEIGHT - 1}) * ${SOURCE_WIDTH} + clamp(pieceColumn$p, 0, ${SOURCE_WIDTH - 1})) * IMAGE_VECTORS
    + min(group.x * IMAGE_LANES + pieceAt$p % IMAGE_LANES, ${IMAGE_VECTORS - 1});
#end
#for w in 0..WEIGHT_PIECES
  let weightAt$w = min(own + ${w * SLICE_LANES}, ${TURN_WEIGHTS - 1});
  let weightVector$w = firstVector + weightAt$w % VECTORS;
  let weightTap$w = weightAt$w / VECTORS % ${TAPS * TAPS};
  let weightChannel$w = weightAt$w / ${VECTORS * TAPS * TAPS};
#if INPUT_GRADIENT
  let weightRow$w = firstTapRow + (${TAPS - 1} - weightTap$w / TAPS) * STRIDE;
  let weightColumn$w = firstTapColumn + (${TAPS - 1} - weightTap$w % TAPS) * STRIDE;
  let weightThere$w = weightRow$w < KERNEL && weightColumn$w < KERNEL;
#for k in 0..4
  let weightFrom${w}_$k = ((min(weightVector$w * 4 + $k, ${MADE - 1}) * KERNEL + weightRow$w) * KERNEL + weightColumn$w) * OUT_PADDED + weightChannel$w;
#end
#else
  let weightFrom$w = (weightChannel$w * ${TAPS * TAPS} + weightTap$w) * OUT_VECTORS + min(weightVector$w, ${OUT_VECTORS - 1});
#end
#end

#for k in 0..THREAD_VECTORS * 4
#for p in 0..THREAD_COLUMNS
  var sum${k}_$p = vec4f();
#end
#end
#for u in 0..TURN
  var norm$u = vec3f();
#for p in 0..PIECES
  var piece${u}_$p = vec4f();
#end
#end
#for w in 0..WEIGHT_PIECES
  var staged$w = vec4f();
#end
  for (var turn = 0u; turn <= TURNS; turn++) {
    let firstChannel = (turn * SLICES + slice) * TURN;
    if (turn < TURNS) {
#for u in 0..TURN
      let channel$u = min(firstChannel + $u, ${DEPTH - 1});
      norm$u = normOf(channel$u);
#for p in 0..PIECES
#if (p + 1) * SLICE_LANES <= CHANNEL_PIXELS
      piece${u}_$p = vec4f(source[channel$u * ${SOURCE_HEIGHT * SOURCE_WIDTH * IMAGE_VECTORS} + pieceFrom$p]);
#else
      if (pieceAt$p < CHANNEL_PIXELS) {
        piece${u}_$p = vec4f(source[channel$u * ${SOURCE_HEIGHT * SOURCE_WIDTH * IMAGE_VECTORS} + pieceFrom$p]);
      }
#end
#end
#end
#for w in 0..WEIGHT_PIECES
#if INPUT_GRADIENT
      staged$w = vec4f(
#for k in 0..4
        weight[min(firstChannel, ${DEPTH - 1}) + weightFrom${w}_$k],
#end
      );
#else
      staged$w = weight[min(firstChannel, ${DEPTH - 1}) * ${TAPS * TAPS * OUT_VECTORS} + weightFrom$w];
#end
#end
    }
    if (turn > 0) {
      for (var u = 0u; u < TURN; u++) {
        let start = (((slice * TURN + u) * STAGED_ROWS + row * STEP) * STAGED_COLUMNS + column * STEP) * IMAGE_LANES + imageLane;
        let taps = slice * TURN_WEIGHTS + u * ${TAPS * TAPS * VECTORS} + vector;
#for j in 0..TAPS
#for i in 0..(THREAD_COLUMNS - 1) * STEP + TAPS
        let in${j}_$i = pixels[start + ${(j * STAGED_COLUMNS + i) * IMAGE_LANES}];
#end
#for i in 0..TAPS
#for v in 0..THREAD_VECTORS
        let weight${j}_${i}_$v = weights[taps + ${(j * TAPS + i) * VECTORS + v}];
#end
#for k in 0..THREAD_VECTORS * 4
#for p in 0..THREAD_COLUMNS
        sum${k}_$p += in${j}_${p * STEP + i} * weight${j}_${i}_${k / 4}[${k % 4}];
#end
#end
#end
#end
      }
    }
    workgroupBarrier();
    if (turn < TURNS) {
#for u in 0..TURN
#for p in 0..PIECES
#if DEPTH % (TURN * SLICES) == 0
      let value${u}_$p = select(vec4f(), normalized(piece${u}_$p, norm$u), pieceInside$p);
#else
      let value${u}_$p = select(vec4f(), normalized(piece${u}_$p, norm$u), pieceInside$p && firstChannel + $u < DEPTH);
#end
#if (p + 1) * SLICE_LANES <= CHANNEL_PIXELS
      pixels[(slice * TURN + $u) * CHANNEL_PIXELS + pieceAt$p] = value${u}_$p;
#else
      if (pieceAt$p < CHANNEL_PIXELS) {
        pixels[(slice * TURN + $u) * CHANNEL_PIXELS + pieceAt$p] = value${u}_$p;
      }
#end
#end
#end
#for w in 0..WEIGHT_PIECES
#if INPUT_GRADIENT
      let weight$w = select(vec4f(), staged$w, weightThere$w);
#else
      let weight$w = staged$w;
#end
#if (w + 1) * SLICE_LANES <= TURN_WEIGHTS
      weights[slice * TURN_WEIGHTS + weightAt$w] = weight$w;
#else
      if (own + ${w * SLICE_LANES} < TURN_WEIGHTS) {
        weights[slice * TURN_WEIGHTS + weightAt$w] = weight$w;
      }
#end
#end
    }
    workgroupBarrier();
  }

#for s in 1..SLICES
  if (slice == $s) {
#for a in 0..SUMS
    pixels[${a * SLICE_LANES} + own] = sum${a / THREAD_COLUMNS}_${a % THREAD_COLUMNS};
#end
  }
  workgroupBarrier();
  if (slice == 0) {
#for a in 0..SUMS
    sum${a / THREAD_COLUMNS}_${a % THREAD_COLUMNS} += pixels[${a * SLICE_LANES} + own];
#end
  }
  workgroupBarrier();
#end

  let images = group.x * IMAGE_LANES + imageLane;
  let firstMade = (firstVector + vector) * 4;
#if INPUT_GRADIENT
  let y = (top + row) * STRIDE + rowClass;
#else
  let y = top + row;
#end
  let inside = slice == 0 && y < HEIGHT && images < IMAGE_VECTORS;
#for p in 0..THREAD_COLUMNS
#if INPUT_GRADIENT
  let x$p = (left + column + $p) * STRIDE + columnClass;
#else
  let x$p = left + column + $p;
#end
  let inside$p = inside && x$p < WIDTH;
#end
#for k in 0..THREAD_VECTORS * 4
#if HAS_BIAS
  let bias$k = bias[min(firstVector + vector + ${k / 4}, ${OUT_VECTORS - 1})][${k % 4}];
#for p in 0..THREAD_COLUMNS
  sum${k}_$p += bias$k;
#end
#end
#end
#if STATISTICS
  // About the mean of four values of the tile: not many times the squares about the mean.
  if (slice == 0 && own % SPATIAL_LANES == 0) {
#for k in 0..THREAD_VECTORS * 4
    pivots[vector * 4 + $k] = dot(sum${k}_0, vec4f(0.25));
#end
  }
  workgroupBarrier();
#end

#for k in 0..THREAD_VECTORS * 4
  let made$k = firstMade + $k;
#if STATISTICS
  let pivot$k = pivots[vector * 4 + $k];
#end
#if REDUCE
  let center$k = mean[min(made$k, ${MADE - 1})];
  let scale$k = rstd[min(made$k, ${MADE - 1})];
#if SLOPE == 2
  let slope$k = affine[min(made$k, ${MADE - 1})] * scale$k;
  let beta$k = affine[BETA_OFFSET + min(made$k, ${MADE - 1})];
#end
#end
#if STATISTICS || REDUCE
  var both$k = vec2f();
#end
#for p in 0..THREAD_COLUMNS
  if (inside$p && made$k < MADE) {
    let at = ((made$k * HEIGHT + y) * WIDTH + x$p) * IMAGE_VECTORS + images;
#if ACCUMULATE
    let total = vec4f(made[at]) + sum${k}_$p;
#else
    let total = sum${k}_$p;
#end
#if STATISTICS
    // Of what is stored: that is what BatchNorm will load.
    let stored = toMadeVector(total);
    let apart = vec4f(stored) - pivot$k;
    both$k += vec2f(dot(apart, vec4f(1)), dot(apart, apart));
#end
#if REDUCE
    let apart = vec4f(x[at]) - center$k;
#if SLOPE == 0
    let gradient = total;
#end
#if SLOPE == 1
    let output = vec4f(activated[at]);
    let gradient = total * vec4f(slope(output.x), slope(output.y), slope(output.z), slope(output.w));
#end
#if SLOPE == 2
    // Computed as forward did, bit by bit.
    let gradient = total * select(vec4f(1), vec4f(), apart * slope$k + beta$k <= vec4f());
#end
    let stored = toMadeVector(gradient);
    both$k += vec2f(dot(vec4f(stored), vec4f(1)), dot(vec4f(stored), apart * scale$k));
#end
#if !STATISTICS && !REDUCE
    let stored = toMadeVector(total);
#end
    made[at] = stored;
  }
#end
#end
#if STATISTICS || REDUCE

  // The workgroup's sums for each channel: two channels a vec4, first of PARTS groups of lanes, then of these.
  if (slice == 0) {
#for q in 0..THREAD_VECTORS * 2
    pixels[${q * SLICE_LANES} + own] = vec4f(both${2 * q}, both${2 * q + 1});
#end
  }
  workgroupBarrier();
  for (var e = lane; e < ${VECTORS * 2 * PARTS}; e += LANES) {
    let pair = e / PARTS;
    let base = pair % ${THREAD_VECTORS * 2} * SLICE_LANES + pair / ${THREAD_VECTORS * 2} * SPATIAL_LANES;
    var total = vec4f();
    for (var i = e % PARTS; i < SPATIAL_LANES; i += PARTS) {
      total += pixels[base + i];
    }
    parts[e] = total;
  }
  workgroupBarrier();
  for (var pair = lane; pair < ${VECTORS * 2}; pair += LANES) {
    var total = vec4f();
    for (var i = 0u; i < PARTS; i++) {
      total += parts[pair * PARTS + i];
    }
    for (var second = 0u; second < 2u; second++) {
      let channel = firstVector * 4 + pair * 2 + second;
      let both = select(total.xy, total.zw, second == 1u);
      if (channel < MADE) {
#if STATISTICS
        let count = f32(min(ROWS, HEIGHT - top) * min(COLUMNS, WIDTH - left) * min(${IMAGE_LANES * 4}, BATCH - group.x * ${IMAGE_LANES * 4}));
        moments[(channel * TILES + group.y) * IMAGE_GROUPS + group.x] =
          vec2f(pivots[pair * 2 + second] * count + both.x, both.y - both.x * both.x / count);
#else
        let tile = (rowClass * STRIDE + columnClass) * TILES + group.y;
        tileSums[(channel * CLASSES * TILES + tile) * IMAGE_GROUPS + group.x] = both * UNSCALE;
#end
      }
    }
  }
#end
}
