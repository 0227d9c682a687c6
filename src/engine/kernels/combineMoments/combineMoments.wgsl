// One workgroup a channel. moments: [C, TILES_DOWN · TILES_ACROSS, IMAGE_GROUPS], each the sum over a tile's pixels of IMAGES images
// and their squares about the tile's own mean. The channel's mean first, then the squares about it, moved there from each
// tile's mean (Chan et al. 1979): nothing is lost to cancellation.
@group(0) @binding(0) var<storage, read> moments: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(3) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(4) var<storage, read_write> runningVar: array<f32>;

// Values of entry i: tiles at the right and at the bottom may be smaller, and so may the last group of images.
fn countOf(i: u32) -> f32 {
  let tile = i / IMAGE_GROUPS;
  let images = min(IMAGES, BATCH - i % IMAGE_GROUPS * IMAGES);
  let rows = min(ROWS, HEIGHT - tile / TILES_ACROSS * ROWS);
  let columns = min(COLUMNS, WIDTH - tile % TILES_ACROSS * COLUMNS);
  return f32(rows * columns * images);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  let base = channel * TILES * IMAGE_GROUPS;
  var sum = 0.0;
  for (var i = lane; i < TILES * IMAGE_GROUPS; i += LANES) {
    sum += moments[base + i].x;
  }
  let m = workgroupSum(lane, sum) / f32(COUNT);
  var squares = 0.0;
  for (var i = lane; i < TILES * IMAGE_GROUPS; i += LANES) {
    let tile = moments[base + i];
    let count = countOf(i);
    let apart = tile.x / count - m;
    squares += tile.y + count * apart * apart;
  }
  let squareSum = workgroupSum(lane, squares);
  if (lane == 0u) {
    mean[channel] = m;
    rstd[channel] = 1.0 / sqrt(squareSum / f32(COUNT) + EPSILON);
    runningMean[channel] += MOMENTUM * (m - runningMean[channel]);
    runningVar[channel] += MOMENTUM * (squareSum / f32(max(COUNT - 1u, 1u)) - runningVar[channel]);
  }
}
