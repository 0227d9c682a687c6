// partials[split, c, ky, kx, o] = Σ n, y, x: input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n] · outputGradient[o, y, x, n]
//
// Lanes are input channels: neighbouring threads read far apart, which suits adapters that fetch lane by lane anyway
// (software), and every sum stays in its thread. A thread makes CHANNELS input channels × all taps × OUTPUTS output
// channels of the image rows of its split. A turn of its loop takes IMAGES images and COLUMNS neighbouring output pixels.
// The output gradients of a turn are the same for all threads: they either load them all, or (SHARED) each lane of a
// subgroup loads a few and hands them round.
// NORMALIZE: the input is what BatchNorm and activation make of what is loaded.

@group(0) @binding(0) var<storage, read> input: array<Inputs>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, BATCH]
@group(0) @binding(1) var<storage, read> outputGradient: array<Outputs>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, BATCH]
@group(0) @binding(2) var<storage, read_write> partials: array<f32>; // [splits, IN_CHANNELS, KERNEL, KERNEL, OUT_PADDED]

#if IMAGES == 4
alias Loaded = vec4f;
alias Inputs = vec4<Input>;
alias Outputs = vec4<Output>;
#else
alias Loaded = f32;
alias Inputs = Input;
alias Outputs = Output;
#end

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
#if SHARED
  @builtin(subgroup_invocation_id) subgroupLane: u32,
#end
) {
  let firstChannel = (group.x * LANES + lane) * CHANNELS;
  let firstOutput = group.y * OUTPUTS;
  let firstRow = group.z * ROWS_PER_SPLIT;
  let endRow = min(firstRow + ROWS_PER_SPLIT, OUT_HEIGHT);

  // Lanes and outputs beyond the last repeat it and store nothing, or 0.
#for c in 0..CHANNELS
  let channel$c = min(firstChannel + $c, ${IN_CHANNELS - 1}) * ${IN_HEIGHT * IN_WIDTH * IMAGE_GROUPS};
  let norm$c = normOf(min(firstChannel + $c, ${IN_CHANNELS - 1}));
#end
#if SHARED
  // The turn's gradients in the order output channel, column: this lane loads number i · SHARED + its own.
#for i in 0..LOADS
  let number$i = min(${i * SHARED} + subgroupLane % SHARED, ${OUTPUTS * COLUMNS - 1});
  let out$i = min(firstOutput + number$i / COLUMNS, ${OUT_CHANNELS - 1}) * ${OUT_HEIGHT * OUT_WIDTH * IMAGE_GROUPS};
  let outColumn$i = number$i % COLUMNS;
#end
#else
#for k in 0..OUTPUTS
  let out$k = min(firstOutput + $k, ${OUT_CHANNELS - 1}) * ${OUT_HEIGHT * OUT_WIDTH * IMAGE_GROUPS};
#end
#end
#for s in 0..CHANNELS * KERNEL * KERNEL * OUTPUTS
  var sum$s = 0.0;
#end

  for (var y = firstRow; y < endRow; y++) {
    // Input rows under row y. Those outside the image are read from a clamped address and replaced by 0.
#for r in 0..KERNEL
    let y$r = i32(y * STRIDE) + ${r} - ${PADDING};
    let insideRow$r = y$r >= 0 && y$r < ${IN_HEIGHT};
    let row$r = u32(clamp(y$r, 0, ${IN_HEIGHT - 1})) * ${IN_WIDTH * IMAGE_GROUPS};
#end
    for (var left = 0u; left < OUT_WIDTH; left += COLUMNS) {
#for j in 0..IN_COLUMNS
      let x$j = i32(left * STRIDE) + ${j} - ${PADDING};
      let insideColumn$j = x$j >= 0 && x$j < ${IN_WIDTH};
      let column$j = u32(clamp(x$j, 0, ${IN_WIDTH - 1})) * IMAGE_GROUPS;
#end
      for (var n = 0u; n < IMAGE_GROUPS; n++) {
#for c in 0..CHANNELS
#for r in 0..KERNEL
#for j in 0..IN_COLUMNS
#if PADDING > 0 || IN_COLUMNS > IN_WIDTH || OUT_WIDTH % COLUMNS != 0
        let in${c}_${r}_$j = select(Loaded(), normalized(Loaded(input[channel$c + row$r + column$j + n]), norm$c), insideRow$r && insideColumn$j);
#else
        let in${c}_${r}_$j = normalized(Loaded(input[channel$c + row$r + column$j + n]), norm$c);
#end
#end
#end
#end
        let at = y * ${OUT_WIDTH * IMAGE_GROUPS} + n;
#if SHARED
#for i in 0..LOADS
#if OUT_WIDTH % COLUMNS != 0
        let own$i = select(Loaded(),
          Loaded(outputGradient[out$i + at + min(left + outColumn$i, ${OUT_WIDTH - 1}) * IMAGE_GROUPS]), left + outColumn$i < OUT_WIDTH);
#else
        let own$i = Loaded(outputGradient[out$i + at + (left + outColumn$i) * IMAGE_GROUPS]);
#end
#end
#for q in 0..OUTPUTS * COLUMNS
        let gradient${q / COLUMNS}_${q % COLUMNS} = subgroupBroadcast(own${q / SHARED}, ${q % SHARED});
#end
#else
#for k in 0..OUTPUTS
#for p in 0..COLUMNS
#if OUT_WIDTH % COLUMNS != 0
        let gradient${k}_$p = select(Loaded(),
          Loaded(outputGradient[out$k + at + min(left + $p, ${OUT_WIDTH - 1}) * IMAGE_GROUPS]), left + $p < OUT_WIDTH);
#else
        let gradient${k}_$p = Loaded(outputGradient[out$k + at + (left + $p) * IMAGE_GROUPS]);
#end
#end
#end
#end
#for c in 0..CHANNELS
#for t in 0..KERNEL * KERNEL
#for k in 0..OUTPUTS
#if IMAGES == 4
        sum${(c * KERNEL * KERNEL + t) * OUTPUTS + k} += dot(in${c}_${t / KERNEL}_${t % KERNEL}, gradient${k}_0)
#for p in 1..COLUMNS
          + dot(in${c}_${t / KERNEL}_${p * STRIDE + t % KERNEL}, gradient${k}_$p)
#end
        ;
#else
        sum${(c * KERNEL * KERNEL + t) * OUTPUTS + k} += in${c}_${t / KERNEL}_${t % KERNEL} * gradient${k}_0
#for p in 1..COLUMNS
          + in${c}_${t / KERNEL}_${p * STRIDE + t % KERNEL} * gradient${k}_$p
#end
        ;
#end
#end
#end
#end
      }
    }
  }

  // A loop the compiler cannot unroll: it cannot know the buffer's length.
  var sums = array<f32, ${CHANNELS * KERNEL * KERNEL * OUTPUTS}>(
#for s in 0..CHANNELS * KERNEL * KERNEL * OUTPUTS
    sum$s,
#end
  );
  let end = min(${CHANNELS * KERNEL * KERNEL * OUTPUTS}, arrayLength(&partials));
  for (var i = 0u; i < end; i++) {
    let c = firstChannel + i / ${KERNEL * KERNEL * OUTPUTS};
    let tap = i / OUTPUTS % ${KERNEL * KERNEL};
    let o = firstOutput + i % OUTPUTS;
    if (c < IN_CHANNELS && o < OUT_PADDED) {
      // Surplus output channels are 0.
      partials[((group.z * IN_CHANNELS + c) * ${KERNEL * KERNEL} + tap) * OUT_PADDED + o] = select(0.0, sums[i] * UNSCALE, o < OUT_CHANNELS);
    }
  }
}
