@group(0) @binding(0) var<storage, read> outputGradient: array<Stored>;
@group(0) @binding(1) var<storage, read> argmax: array<u32>;
@group(0) @binding(2) var<storage, read_write> inputGradient: array<Stored>;

// The first window along one axis that covers `position`.
fn firstWindow(position: u32) -> u32 {
  let padded = position + PADDING;
  return select(0u, (padded - KERNEL) / STRIDE + 1u, padded >= KERNEL);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= CHANNELS * HEIGHT * WIDTH * BATCH) {
    return;
  }
  let n = index % BATCH;
  let x = index / BATCH % WIDTH;
  let y = index / (BATCH * WIDTH) % HEIGHT;
  let outPlane = index / (BATCH * WIDTH * HEIGHT) * OUT_HEIGHT * OUT_WIDTH;

  let outYEnd = min((y + PADDING) / STRIDE + 1u, OUT_HEIGHT);
  let outXStart = firstWindow(x);
  let outXEnd = min((x + PADDING) / STRIDE + 1u, OUT_WIDTH);
  var sum = 0.0;
  for (var outY = firstWindow(y); outY < outYEnd; outY++) {
    for (var outX = outXStart; outX < outXEnd; outX++) {
      let at = (outPlane + outY * OUT_WIDTH + outX) * BATCH + n;
      if (argmax[at] == y * WIDTH + x) {
        sum += f32(outputGradient[at]);
      }
    }
  }
  inputGradient[index] = toStored(sum);
}
