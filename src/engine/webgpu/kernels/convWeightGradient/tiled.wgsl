// partials[split, c, ky, kx, o] = Σ n, y, x: input[c, y·STRIDE − PADDING + ky, x·STRIDE − PADDING + kx, n] · outputGradient[o, y, x, n]
//
// Loads shared in workgroup memory. A workgroup makes BLOCK_CHANNELS input channels × TAP_ROWS rows of taps ×
// BLOCK_OUTPUTS output channels; groups of CHANNEL_LANES × OUTPUT_LANES threads make all of these for a few images and
// columns each, and in the end add up what they have. The workgroup walks down a strip of COLUMNS output columns of some
// images. Each step stages one input row (with the columns around the strip, normalised, zero outside the image) and, once
// the taps lie over it, a row of output gradients. A thread holds the last TAP_ROWS input rows in registers: a step reads
// only the newest. While a row is worked on, the next is on its way from memory.
// All loads are of VECTOR neighbouring images.
// NORMALIZE: the input is what BatchNorm and activation make of what is loaded.

@group(0) @binding(0) var<storage, read> input: array<Inputs>; // [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, IMAGES]
@group(0) @binding(1) var<storage, read> outputGradient: array<Outputs>; // [OUT_CHANNELS, OUT_HEIGHT, OUT_WIDTH, IMAGES]
@group(0) @binding(2) var<storage, read_write> partials: array<Loaded>; // [splits, IN_CHANNELS, KERNEL, KERNEL, OUT_VECTORS]

#if VECTOR == 4
alias Loaded = vec4f;
alias Inputs = vec4<Input>;
alias Outputs = vec4<Output>;
#else
#if VECTOR == 2
alias Loaded = vec2f;
alias Inputs = vec2<Input>;
alias Outputs = vec2<Output>;
#else
alias Loaded = f32;
alias Inputs = Input;
alias Outputs = Output;
#end
#end

// A row of the input [IN_COLUMNS, IMAGE_LANES, IN_PITCH], then one of the gradient [COLUMNS, IMAGE_LANES, OUT_PITCH].
var<workgroup> staged: array<array<Loaded, STAGE>, BUFFERS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let firstOutput = group.x * BLOCK_OUTPUTS;
#if TAP_ROWS == KERNEL
  let firstTapRow = 0u;
  let firstChannel = group.y * BLOCK_CHANNELS;
#else
  let firstTapRow = group.y % KERNEL;
  let firstChannel = group.y / KERNEL * BLOCK_CHANNELS;
#end
  let firstRow = group.z % ROW_PARTS * ROWS;
  let firstWalk = group.z / ROW_PARTS * WALKS;
  let endWalk = min(firstWalk + WALKS, ${CHUNKS * STRIPS});
#if TAP_ROWS == 1
  let steps = min(ROWS, OUT_HEIGHT - firstRow);
#else
  let steps = (min(ROWS, OUT_HEIGHT - firstRow) - 1u) * STRIDE + KERNEL;
#end

  // Neighbouring lanes read the same gradients in pairs and the same inputs two apart: what 64- and 128-bit reads of
  // workgroup memory need to be served at once.
  let member = thread % ${CHANNEL_LANES * OUTPUT_LANES};
  let part = thread / ${CHANNEL_LANES * OUTPUT_LANES};
#if OUTPUT_LANES % 2 == 0
  let channelLane = member / 2u % CHANNEL_LANES;
  let outputLane = member % 2u + member / ${2 * CHANNEL_LANES} * 2u;
#else
  let channelLane = member % CHANNEL_LANES;
  let outputLane = member / CHANNEL_LANES;
#end
  let imageLane = part % IMAGE_LANES;
  let columnLane = part / IMAGE_LANES;
  let ownInput = (columnLane * ${TILE_COLUMNS * STRIDE * IMAGE_LANES} + imageLane) * IN_PITCH + channelLane;
  let ownGradient = ${IN_COLUMNS * IMAGE_LANES * IN_PITCH} + (columnLane * ${TILE_COLUMNS * IMAGE_LANES} + imageLane) * OUT_PITCH + outputLane;

  // What this thread stages: the images of all columns and channels, one after the other.
#for i in 0..IN_LOADS
  let inItem$i = thread + ${i * THREADS};
  let inImage$i = inItem$i % IMAGE_LANES;
  let inColumn$i = inItem$i / ${IMAGE_LANES * BLOCK_CHANNELS};
  let inChannel$i = inItem$i / IMAGE_LANES % BLOCK_CHANNELS;
  let inPlace$i = (inColumn$i * IMAGE_LANES + inImage$i) * IN_PITCH + inChannel$i;
  let channel$i = min(firstChannel + inChannel$i, ${IN_CHANNELS - 1});
  let norm$i = normOf(channel$i);
#end
  // Of an output lane's channels VECTOR each are neighbours; the pitch of its reads is OUTPUT_LANES.
#for i in 0..OUT_LOADS
  let outItem$i = thread + ${i * THREADS};
  let outImage$i = outItem$i % IMAGE_LANES;
  let outColumn$i = outItem$i / ${IMAGE_LANES * BLOCK_OUTPUTS};
  let output$i = outItem$i / IMAGE_LANES % BLOCK_OUTPUTS;
  let outPlace$i = ${IN_COLUMNS * IMAGE_LANES * IN_PITCH} + (outColumn$i * IMAGE_LANES + outImage$i) * OUT_PITCH
    + (output$i / ${VECTOR * OUTPUT_LANES} * VECTOR + output$i % VECTOR) * OUTPUT_LANES + output$i / VECTOR % OUTPUT_LANES;
  let outChannel$i = min(firstOutput + output$i, ${OUT_CHANNELS - 1});
#end

#for s in 0..CHANNELS * TAP_ROWS * KERNEL * OUTPUTS
  var sum$s = 0.0;
#end
#for c in 0..CHANNELS
#for r in 0..TAP_ROWS
#for j in 0..TILE_IN_COLUMNS
  var in${c}_${r}_$j = Loaded();
#end
#end
#end
#for i in 0..IN_LOADS
  var nextInput$i = Inputs();
#end
#for i in 0..OUT_LOADS
  var nextGradient$i = Outputs();
#end

  var turn = 0u;
  for (var walk = firstWalk; walk < endWalk; walk++) {
    let firstImage = walk % CHUNKS * IMAGE_LANES;
    let left = walk / CHUNKS * COLUMNS;
#for i in 0..IN_LOADS
    let x$i = i32(left * STRIDE + inColumn$i) - ${PADDING};
    let inside$i = x$i >= 0 && x$i < ${IN_WIDTH} && firstImage + inImage$i < IMAGES;
    let from$i = (channel$i * ${IN_HEIGHT * IN_WIDTH} + u32(clamp(x$i, 0, ${IN_WIDTH - 1}))) * IMAGES
      + min(firstImage + inImage$i, ${IMAGES - 1});
#end
#for i in 0..OUT_LOADS
    let within$i = left + outColumn$i < OUT_WIDTH && firstImage + outImage$i < IMAGES;
    let outFrom$i = (outChannel$i * ${OUT_HEIGHT * OUT_WIDTH} + min(left + outColumn$i, ${OUT_WIDTH - 1})) * IMAGES
      + min(firstImage + outImage$i, ${IMAGES - 1});
#end
    for (var step = 0u; step < steps + 1u; step++) {
#if TAP_ROWS == 1
      let inRow = i32((firstRow + step) * STRIDE + firstTapRow) - ${PADDING};
      let outRow = firstRow + step;
      let hasGradient = true;
#else
      let inRow = i32(firstRow * STRIDE + step) - ${PADDING};
      let outRow = firstRow + (max(step, ${KERNEL - 1}) - ${KERNEL - 1}) / STRIDE;
#if STRIDE == 1
      let hasGradient = step >= ${KERNEL - 1};
#else
      let hasGradient = step >= ${KERNEL - 1} && (step - ${KERNEL - 1}) % STRIDE == 0;
#end
#end
      let insideRow = inRow >= 0 && inRow < ${IN_HEIGHT};
      if (step < steps) {
        let inAt = u32(clamp(inRow, 0, ${IN_HEIGHT - 1})) * ${IN_WIDTH * IMAGES};
#for i in 0..IN_LOADS
        nextInput$i = input[from$i + inAt];
#end
        if (hasGradient) {
          let outAt = outRow * ${OUT_WIDTH * IMAGES};
#for i in 0..OUT_LOADS
          nextGradient$i = outputGradient[outFrom$i + outAt];
#end
        }
      }
      if (step > 0) {
        // The row staged before.
        let last = turn % BUFFERS;
#for c in 0..CHANNELS
#for j in 0..TILE_IN_COLUMNS
#for r in 0..TAP_ROWS - 1
        in${c}_${r}_$j = in${c}_${r + 1}_$j;
#end
        in${c}_${TAP_ROWS - 1}_$j = staged[last][ownInput + ${j * IMAGE_LANES * IN_PITCH + c * CHANNEL_LANES}];
#end
#end
#if TAP_ROWS > 1
        if (step >= KERNEL && (step - KERNEL) % STRIDE == 0) {
#else
        {
#end
#for p in 0..TILE_COLUMNS
#for k in 0..OUTPUTS
          let gradient${p}_$k = staged[last][ownGradient + ${p * IMAGE_LANES * OUT_PITCH + k * OUTPUT_LANES}];
#for v in 0..VECTOR
#for c in 0..CHANNELS
#for t in 0..TAP_ROWS * KERNEL
#if VECTOR == 1
          sum${(c * TAP_ROWS * KERNEL + t) * OUTPUTS + k} = fma(in${c}_${t / KERNEL}_${p * STRIDE + t % KERNEL}, gradient${p}_$k, sum${(c * TAP_ROWS * KERNEL + t) * OUTPUTS + k});
#else
          sum${(c * TAP_ROWS * KERNEL + t) * OUTPUTS + k} = fma(in${c}_${t / KERNEL}_${p * STRIDE + t % KERNEL}[$v], gradient${p}_$k[$v], sum${(c * TAP_ROWS * KERNEL + t) * OUTPUTS + k});
#end
#end
#end
#end
#end
#end
        }
      }
      if (step == steps) {
        break;
      }
#if BUFFERS == 1
      workgroupBarrier();
#else
      turn++;
#end
      let fresh = turn % BUFFERS;
#for i in 0..IN_LOADS
#if (i + 1) * THREADS > IN_ITEMS
      if (inItem$i < IN_ITEMS) {
#else
      {
#end
        staged[fresh][inPlace$i] = select(Loaded(), normalized(Loaded(nextInput$i), norm$i), insideRow && inside$i);
      }
#end
      if (hasGradient) {
#for i in 0..OUT_LOADS
#if (i + 1) * THREADS > OUT_ITEMS
        if (outItem$i < OUT_ITEMS) {
#else
        {
#end
          staged[fresh][outPlace$i] = select(Loaded(), Loaded(nextGradient$i), within$i);
        }
#end
      }
      workgroupBarrier();
    }
  }

  // The groups' sums are added in order: in every round those of one channel of the thread and one tap.
  let firstSum = (group.z * IN_CHANNELS + firstChannel) * ${KERNEL * KERNEL} + firstTapRow * KERNEL;
  let ownRow = (part * CHANNEL_LANES + channelLane) * SUM_VECTORS;
  let ownChange = channelLane / SUM_ROWS % SUM_SPREAD * SUM_STEP;
#if BUFFERS == 2
  workgroupBarrier();
#end
  for (var round = 0u; round < ${CHANNELS * TAP_ROWS * KERNEL}; round++) {
    let half = round % BUFFERS;
#if BUFFERS == 1
    workgroupBarrier();
#end
    switch round {
#for s in 0..CHANNELS * TAP_ROWS * KERNEL
      case $s: {
#for b in 0..OUTPUTS / VECTOR
        staged[half][ownRow + ((outputLane + ${b * OUTPUT_LANES}) ^ ownChange)] = Loaded(
#for v in 0..VECTOR
          sum${s * OUTPUTS + b * VECTOR + v},
#end
        );
#end
      }
#end
      default: {
      }
    }
    workgroupBarrier();
    let tap = round % ${TAP_ROWS * KERNEL};
    for (var i = thread; i < ${CHANNEL_LANES * SUM_VECTORS}; i += THREADS) {
      var total = staged[half][i];
      for (var other = 1u; other < PARTS; other++) {
        total += staged[half][other * ${CHANNEL_LANES * SUM_VECTORS} + i];
      }
      let lane = i / SUM_VECTORS;
      let own = (i % SUM_VECTORS) ^ (lane / SUM_ROWS % SUM_SPREAD * SUM_STEP);
      total *= UNSCALE;
      let c = round / ${TAP_ROWS * KERNEL} * CHANNEL_LANES + lane;
      let vector = firstOutput / VECTOR + own;
      if (firstChannel + c < IN_CHANNELS && vector < OUT_VECTORS) {
#if OUT_CHANNELS % 4 != 0
        // Surplus output channels read another's gradient above; they are 0.
#if VECTOR == 4
        total = select(Loaded(), total, vec4u(0, 1, 2, 3) + vector * 4u < vec4u(OUT_CHANNELS));
#else
#if VECTOR == 2
        total = select(Loaded(), total, vec2u(0, 1) + vector * 2u < vec2u(OUT_CHANNELS));
#else
        total = select(0.0, total, vector < OUT_CHANNELS);
#end
#end
#end
        partials[(firstSum + c * ${KERNEL * KERNEL} + tap) * OUT_VECTORS + vector] = total;
      }
    }
  }
}
