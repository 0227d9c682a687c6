// The option-A shortcut backward. inputGradient: [IN_CHANNELS, COUNT] with COUNT = IN_HEIGHT · IN_WIDTH · N, all of it
// written; outputGradient: [C, HEIGHT, WIDTH, N] with HEIGHT = ⌈IN_HEIGHT / STRIDE⌉, WIDTH likewise.
@group(0) @binding(0) var<storage, read> outputGradient: array<Stored>;
@group(0) @binding(1) var<storage, read_write> inputGradient: array<Stored>;

// Of the pixel and image `within` a channel.
fn gradientAt(channel: u32, within: u32) -> Stored {
  let row = within / BATCH / IN_WIDTH;
  let column = within / BATCH % IN_WIDTH;
  if (row % STRIDE != 0u || column % STRIDE != 0u) {
    return Stored();
  }
  let pixel = ((channel + PAD_BEFORE) * HEIGHT + row / STRIDE) * WIDTH + column / STRIDE;
  return outputGradient[pixel * BATCH + within % BATCH];
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
  for (var i = 0u; i < PER_LANE; i++) {
    let within = (group.x * PER_LANE + i) * LANES + lane;
    if (within < COUNT) {
      inputGradient[channel * COUNT + within] = gradientAt(channel, within);
    }
  }
}
