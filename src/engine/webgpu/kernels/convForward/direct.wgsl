// output[o, y, x, n] = bias[o] + Σ c, ky, kx: weight[c, ky, kx, o] · input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n]
//
// A thread computes one image n, ROWS × COLUMNS neighbouring pixels and VECTORS × 4 output channels, all sums in registers.
// Each turn of its loop loads every input pixel under the tile once and uses it for all taps. A turn takes CHANNELS input
// channels with all their taps (UNROLLED), or one channel and one row of taps, which compiles several times faster.
// The weights of a turn are the same for all threads: they either load them all, or (SHARED) each lane of a subgroup loads
// a few and hands them round.
// NORMALIZE: the input is what BatchNorm and activation make of what is loaded. STATISTICS: every thread also leaves the
// sum over its pixels, and their squares about its own mean, for each channel: what BatchNorm behind it needs.

@group(0) @binding(0) var<storage, read> input: array<Input>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // [IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]
@group(0) @binding(2) var<storage, read_write> output: array<Output>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
#if HAS_BIAS
@group(0) @binding(3) var<storage, read> bias: array<vec4f>; // [OUT_VECTORS]
#end
#if STATISTICS
@group(0) @binding($MOMENTS_BINDING) var<storage, read_write> moments: array<vec2f>; // [OUT_CHANNELS, tiles, BATCH]
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
  let top = group.y / TILES_ACROSS * ROWS;
  let left = group.y % TILES_ACROSS * COLUMNS;
  let firstVector = group.z * VECTORS;

  // Columns under the tile. Those that may lie outside the image are read from a clamped address and replaced by 0.
#for i in 0..IN_COLUMNS
  let x$i = i32(left * STRIDE) + ${i} - ${PADDING};
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
  let insideColumn$i = x$i >= 0 && x$i < ${IN_WIDTH};
  let column$i = u32(clamp(x$i, 0, ${IN_WIDTH - 1})) * BATCH + n;
#else
  let column$i = u32(x$i) * BATCH + n;
#end
#end
#if UNROLLED
  // Rows under the tile, likewise.
#for r in 0..TURN_ROWS
  let y$r = i32(top * STRIDE) + ${r} - ${PADDING};
#if r < PADDING || (TILES_DOWN - 1) * ROWS * STRIDE + r - PADDING >= IN_HEIGHT
  let insideRow$r = y$r >= 0 && y$r < ${IN_HEIGHT};
  let row$r = u32(clamp(y$r, 0, ${IN_HEIGHT - 1})) * ${IN_WIDTH * BATCH};
#else
  let row$r = u32(y$r) * ${IN_WIDTH * BATCH};
#end
#end
#else
  // Rows of taps over the image.
  let y0 = i32(top * STRIDE) - ${PADDING};
  let firstTap = u32(max(0, -y0));
  let endTap = u32(min(${KERNEL}, ${IN_HEIGHT} - y0));
#end

#for v in 0..VECTORS
#if OUT_VECTORS % VECTORS != 0
  let vector$v = min(firstVector + $v, ${OUT_VECTORS - 1});
#else
  let vector$v = firstVector + $v;
#end
#end
#for k in 0..4 * VECTORS
#if HAS_BIAS
  let bias$k = bias[vector${k / 4}][${k % 4}];
#end
#for p in 0..ROWS * COLUMNS
#if HAS_BIAS
  var sum${k}_$p = bias$k;
#else
  var sum${k}_$p = 0.0;
#end
#end
#end
#if SHARED
  // The turn's weights in the order tap, vector: this lane loads number i · SHARED + its own.
#for i in 0..LOADS
  let number$i = min(${i * SHARED} + subgroupLane % SHARED, ${TAPS * VECTORS - 1});
#if OUT_VECTORS % VECTORS != 0
  let from$i = number$i / VECTORS * OUT_VECTORS + min(firstVector + number$i % VECTORS, ${OUT_VECTORS - 1});
#else
  let from$i = number$i / VECTORS * OUT_VECTORS + firstVector + number$i % VECTORS;
#end
#end
#end

  for (var c = 0u; c < IN_CHANNELS; c += CHANNELS) {
#for u in 0..CHANNELS
    let norm$u = normOf(c + $u);
#end
#if !UNROLLED
    for (var ky = firstTap; ky < endTap; ky++) {
    let row0 = u32(y0 + i32(ky)) * ${IN_WIDTH * BATCH};
#end
#for u in 0..CHANNELS
    let plane$u = (c + $u) * ${IN_HEIGHT * IN_WIDTH * BATCH};
#for r in 0..TURN_ROWS
#for i in 0..IN_COLUMNS
#if i < PADDING || (TILES_ACROSS - 1) * COLUMNS * STRIDE + i - PADDING >= IN_WIDTH
#if UNROLLED && (r < PADDING || (TILES_DOWN - 1) * ROWS * STRIDE + r - PADDING >= IN_HEIGHT)
    let in${u}_${r}_$i = select(0.0, normalized(f32(input[plane$u + row$r + column$i]), norm$u), insideRow$r && insideColumn$i);
#else
    let in${u}_${r}_$i = select(0.0, normalized(f32(input[plane$u + row$r + column$i]), norm$u), insideColumn$i);
#end
#else
#if UNROLLED && (r < PADDING || (TILES_DOWN - 1) * ROWS * STRIDE + r - PADDING >= IN_HEIGHT)
    let in${u}_${r}_$i = select(0.0, normalized(f32(input[plane$u + row$r + column$i]), norm$u), insideRow$r);
#else
    let in${u}_${r}_$i = normalized(f32(input[plane$u + row$r + column$i]), norm$u);
#end
#end
#end
#end
#end
#if UNROLLED
    let taps = c * ${KERNEL * KERNEL * OUT_VECTORS};
#else
    let taps = (c * KERNEL + ky) * ${KERNEL * OUT_VECTORS};
#end
#if SHARED
#for i in 0..LOADS
    let own$i = weight[taps + from$i];
#end
#for q in 0..TAPS * VECTORS
    let weight${q / VECTORS}_${q % VECTORS} = subgroupBroadcast(own${q / SHARED}, ${q % SHARED});
#end
#else
#for t in 0..TAPS
#for v in 0..VECTORS
    let weight${t}_$v = weight[taps + ${t * OUT_VECTORS} + vector$v];
#end
#end
#end
    // The taps of a turn are summed by themselves first: fewer roundings against the large sum.
#for r in 0..ROWS
#for p in 0..COLUMNS
#for k in 0..4 * VECTORS
    sum${k}_${r * COLUMNS + p} += in0_${r * STRIDE}_${p * STRIDE} * weight0_${k / 4}[${k % 4}]
#for t in 1..TAPS
      + in${t / (TAP_ROWS * KERNEL)}_${r * STRIDE + t / KERNEL % TAP_ROWS}_${p * STRIDE + t % KERNEL} * weight${t}_${k / 4}[${k % 4}]
#end
    ;
#end
#end
#end
#if !UNROLLED
    }
#end
  }

  var sums = array<f32, ${4 * VECTORS * ROWS * COLUMNS}>(
#for k in 0..4 * VECTORS
#for p in 0..ROWS * COLUMNS
    sum${k}_$p,
#end
#end
  );
  // A loop the compiler cannot unroll: it cannot know the buffer's length.
  let end = min(${4 * VECTORS * ROWS * COLUMNS}, arrayLength(&output));
#if STATISTICS
  // About the thread's first pixel of the channel: at most as many times the squares about the mean as there are pixels.
  var pivot = 0.0;
  var apart = vec2f();
#end
  for (var i = 0u; i < end; i++) {
    let p = i % ${ROWS * COLUMNS};
    let k = i / ${ROWS * COLUMNS};
    let o = firstVector * 4 + k;
    let y = top + p / COLUMNS;
    let x = left + p % COLUMNS;
    let stored = toOutput(sums[i]);
#if STATISTICS
    // Of what is stored, which is what BatchNorm will load. A compiler may leave out the way through f16; the sums then
    // differ by as little as its roundings average out to.
    let value = f32(stored);
    if (p == 0) {
      pivot = value;
      apart = vec2f();
    }
#end
#if BATCH % LANES != 0 || OUT_CHANNELS % (4 * VECTORS) != 0 || OUT_WIDTH % COLUMNS != 0 || OUT_HEIGHT % ROWS != 0
    if (o < OUT_CHANNELS && y < OUT_HEIGHT && x < OUT_WIDTH && group.x * LANES + lane < BATCH)
#end
    {
      output[((o * OUT_HEIGHT + y) * OUT_WIDTH + x) * BATCH + n] = stored;
#if STATISTICS
      apart += vec2f(value - pivot, (value - pivot) * (value - pivot));
#end
    }
#if STATISTICS
    if (p == ${ROWS * COLUMNS - 1}) {
      let pixels = f32(min(ROWS, OUT_HEIGHT - top) * min(COLUMNS, OUT_WIDTH - left));
      if (o < OUT_CHANNELS && group.x * LANES + lane < BATCH) {
        moments[(o * ${TILES_ACROSS * TILES_DOWN} + group.y) * BATCH + n] =
          vec2f(pivot * pixels + apart.x, apart.y - apart.x * apart.x / pixels);
      }
    }
#end
  }
}
