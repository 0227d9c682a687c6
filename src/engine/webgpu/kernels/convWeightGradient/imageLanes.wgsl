// partials[copy, c, ky, kx, o] = Σ n, y, x: input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n] · outputGradient[o, y, x, n]
//
// Few results, a huge sum. A workgroup makes CHANNELS × KERNEL taps of one row × VECTORS × 4 output channels. Its lanes
// share out the images; each walks along the image rows of its split with a window of KERNEL input pixels, of which a step
// to the right loads only STRIDE new ones. At the end every lane writes a copy of its own or, where that would take too
// much memory, the lanes' sums are added in order in workgroup memory (JOINED).
// Copies come first: on software adapters a barrier slows the whole kernel, and its compilation, several times over.
// NORMALIZE: the input is what BatchNorm and activation make of what is loaded.

@group(0) @binding(0) var<storage, read> input: array<Input>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> outputGradient: array<Output>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>; // [copies, IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]

#if JOINED
var<workgroup> sums: array<vec4f, ${SUMS * LANES}>;
#end

// Input pixel (column x of a row that starts at `row`), 0 outside the image. The same for all lanes but for n.
fn pixel(row: u32, x: i32, n: u32, norm: vec3f) -> f32 {
  let value = normalized(f32(input[row + u32(clamp(x, 0, ${IN_WIDTH - 1})) * BATCH + n]), norm);
#if PADDING > 0
  return select(0.0, value, x >= 0 && x < ${IN_WIDTH});
#else
  return value;
#end
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstVector = group.x * VECTORS;
  let ky = group.y % KERNEL;
  let firstChannel = group.y / KERNEL * CHANNELS;
  let firstRow = group.z * ROWS_PER_SPLIT;
  // Rows whose tap ky lies over the image.
  let startRow = max(firstRow, (max(PADDING, ky) - ky + STRIDE - 1u) / STRIDE);
  let endRow = min(min(firstRow + ROWS_PER_SPLIT, OUT_HEIGHT), (IN_HEIGHT + PADDING - ky + STRIDE - 1u) / STRIDE);

#for c in 0..CHANNELS
  let channel$c = min(firstChannel + $c, ${IN_CHANNELS - 1}) * IN_HEIGHT;
  let norm$c = normOf(min(firstChannel + $c, ${IN_CHANNELS - 1}));
#end
#for k in 0..VECTORS * 4
  let out$k = min(firstVector * 4u + $k, ${OUT_CHANNELS - 1}) * OUT_HEIGHT;
#end
#for s in 0..SUMS
  var sum$s = vec4f();
#end

  for (var first = 0u; first < BATCH; first += LANES) {
#if BATCH % LANES != 0
    let n = min(first + lane, ${BATCH - 1});
    let weight = select(0.0, 1.0, first + lane < BATCH);
#else
    let n = first + lane;
#end
    for (var y = startRow; y < endRow; y++) {
      let inRow = y * STRIDE + ky - PADDING;
#for c in 0..CHANNELS
      let row$c = (channel$c + inRow) * (IN_WIDTH * BATCH);
#for j in 0..KERNEL - STRIDE
      var kept${c}_$j = pixel(row$c, ${j} - ${PADDING}, n, norm$c);
#end
#end
      for (var x = 0u; x < OUT_WIDTH; x++) {
        let at = (y * OUT_WIDTH + x) * BATCH + n;
        let edge = i32(x * STRIDE) - ${PADDING};
#for v in 0..VECTORS
        let gradient$v = vec4f(
#for k in 0..4
          f32(outputGradient[out${v * 4 + k} * (OUT_WIDTH * BATCH) + at]),
#end
        )
#if BATCH % LANES != 0
          * weight
#end
        ;
#end
#for c in 0..CHANNELS
#for j in 0..KERNEL
#if j < KERNEL - STRIDE
        let in${c}_$j = kept${c}_$j;
#else
        let in${c}_$j = pixel(row$c, edge + ${j}, n, norm$c);
#end
#for v in 0..VECTORS
        sum${(c * KERNEL + j) * VECTORS + v} += in${c}_$j * gradient$v;
#end
#end
#for j in 0..KERNEL - STRIDE
        kept${c}_$j = in${c}_${j + STRIDE};
#end
#end
      }
    }
  }

  // A loop the compiler cannot unroll: it cannot know the buffer's length.
  var own = array<vec4f, SUMS>(
#for s in 0..SUMS
    sum$s,
#end
  );
  let end = min(${SUMS}, arrayLength(&partials));
#if JOINED
  for (var s = 0u; s < end; s++) {
    sums[s * LANES + lane] = own[s];
  }
  workgroupBarrier();
  let copy = group.z;
  for (var s = lane; s < ${SUMS}; s += LANES) {
    var total = sums[s * LANES];
    for (var other = 1u; other < LANES; other++) {
      total += sums[s * LANES + other];
    }
#else
  let copy = group.z * LANES + lane;
  for (var s = 0u; s < end; s++) {
    var total = own[s];
#end
    let c = firstChannel + s / (KERNEL * VECTORS);
    let kx = s / VECTORS % KERNEL;
    let vector = firstVector + s % VECTORS;
    // Surplus output channels read another's gradient above; they are 0.
    let o = vec4u(0, 1, 2, 3) + vector * 4u;
    total = select(vec4f(), total * UNSCALE, o < vec4u(OUT_CHANNELS));
    if (c < IN_CHANNELS && vector < OUT_VECTORS) {
      let taps = ((copy * IN_CHANNELS + c) * KERNEL + ky) * KERNEL + kx;
      partials[taps * OUT_VECTORS + vector] = total;
    }
  }
}
