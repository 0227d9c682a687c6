// The option-A shortcut by itself. output: [C, HEIGHT, WIDTH, N], all of it written; input: [IN_CHANNELS, IN_HEIGHT,
// IN_WIDTH, N]. Channels before PAD_BEFORE and past the input's last are zero.
@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> output: array<Stored>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.y;
  let within = group.x * LANES + lane;
  if (within >= HEIGHT * WIDTH * BATCH) {
    return;
  }
  let n = within % BATCH;
  let row = (within / BATCH / WIDTH) * STRIDE;
  let column = (within / BATCH % WIDTH) * STRIDE;
  let source = channel - PAD_BEFORE;
  var value = Stored();
  if (channel >= PAD_BEFORE && source < IN_CHANNELS) {
    value = input[((source * IN_HEIGHT + row) * IN_WIDTH + column) * BATCH + n];
  }
  output[channel * HEIGHT * WIDTH * BATCH + within] = value;
}
