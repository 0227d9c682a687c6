@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<Stored>;
@group(0) @binding(2) var<storage, read_write> argmax: array<u32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * OUT_HEIGHT * OUT_WIDTH * BATCH) {
    return;
  }
  let n = index % BATCH;
  let outX = index / BATCH % OUT_WIDTH;
  let outY = index / (BATCH * OUT_WIDTH) % OUT_HEIGHT;
  let plane = index / (BATCH * OUT_WIDTH * OUT_HEIGHT) * HEIGHT * WIDTH;

  let yStart = max(outY * STRIDE, PADDING) - PADDING;
  let xStart = max(outX * STRIDE, PADDING) - PADDING;
  let yEnd = min(outY * STRIDE + KERNEL - PADDING, HEIGHT);
  let xEnd = min(outX * STRIDE + KERNEL - PADDING, WIDTH);

  var best = yStart * WIDTH + xStart;
  var maximum = f32(input[(plane + best) * BATCH + n]);
  for (var y = yStart; y < yEnd; y++) {
    for (var x = xStart; x < xEnd; x++) {
      let value = f32(input[(plane + y * WIDTH + x) * BATCH + n]);
      if (value > maximum || isNan(value)) {
        maximum = value;
        best = y * WIDTH + x;
      }
    }
  }
  output[index] = toStored(maximum);
  argmax[index] = best;
}
