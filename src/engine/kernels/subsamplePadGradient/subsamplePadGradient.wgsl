// The option-A shortcut backward. inputGradient: [IN_CHANNELS, IN_HEIGHT, IN_WIDTH, N], all of it written;
// outputGradient: [C, HEIGHT, WIDTH, N] with HEIGHT = ⌈IN_HEIGHT / STRIDE⌉, WIDTH likewise.
@group(0) @binding(0) var<storage, read> outputGradient: array<Stored>;
@group(0) @binding(1) var<storage, read_write> inputGradient: array<Stored>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
  let within = group.x * LANES + lane;
  if (within >= IN_HEIGHT * IN_WIDTH * BATCH) {
    return;
  }
  let n = within % BATCH;
  let row = within / BATCH / IN_WIDTH;
  let column = within / BATCH % IN_WIDTH;
  var value = Stored();
  if (row % STRIDE == 0u && column % STRIDE == 0u) {
    let at = ((channel + PAD_BEFORE) * HEIGHT + row / STRIDE) * WIDTH + column / STRIDE;
    value = outputGradient[at * BATCH + n];
  }
  inputGradient[channel * IN_HEIGHT * IN_WIDTH * BATCH + within] = value;
}
