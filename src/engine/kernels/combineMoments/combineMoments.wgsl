// One workgroup a channel. moments: [C, TILES_DOWN · TILES_ACROSS, BATCH], each the sum over a tile's pixels of one image
// and their squares about the tile's own mean. The channel's mean first, then the squares about it, moved there from each
// tile's mean (Chan et al. 1979): nothing is lost to cancellation.
@group(0) @binding(0) var<storage, read> moments: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> rstd: array<f32>;
@group(0) @binding(3) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(4) var<storage, read_write> runningVar: array<f32>;

// Pixels of a tile: those at the right and at the bottom may be smaller.
fn pixelsOf(tile: u32) -> f32 {
  let rows = min(ROWS, HEIGHT - tile / TILES_ACROSS * ROWS);
  let columns = min(COLUMNS, WIDTH - tile % TILES_ACROSS * COLUMNS);
  return f32(rows * columns);
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let channel = group.x;
  let base = channel * TILES * BATCH;
  var sum = 0.0;
  for (var i = lane; i < TILES * BATCH; i += LANES) {
    sum += moments[base + i].x;
  }
  let m = workgroupSum(lane, sum) / f32(COUNT);
  var squares = 0.0;
  for (var i = lane; i < TILES * BATCH; i += LANES) {
    let tile = moments[base + i];
    let pixels = pixelsOf(i / BATCH);
    let apart = tile.x / pixels - m;
    squares += tile.y + pixels * apart * apart;
  }
  let squareSum = workgroupSum(lane, squares);
  if (lane == 0u) {
    mean[channel] = m;
    rstd[channel] = 1.0 / sqrt(squareSum / f32(COUNT) + EPSILON);
    runningMean[channel] += MOMENTUM * (m - runningMean[channel]);
    runningVar[channel] += MOMENTUM * (squareSum / f32(max(COUNT - 1u, 1u)) - runningVar[channel]);
  }
}
