// From what convolutions leave of their outputs to BatchNorm's statistics of a channel. `moments`, bound by the kernel:
// [C, TILES_DOWN · TILES_ACROSS, IMAGE_GROUPS], each the sum over a tile's pixels of IMAGES images and their squares about
// the tile's own mean. The channel's mean first, then the squares about it, moved there from each tile's mean (Chan et al.
// 1979): nothing is lost to cancellation.
struct ChannelMoments {
  mean: f32,
  // 1/√(biased variance + ε)
  rstd: f32,
  unbiased: f32,
}

// Values of entry i: tiles at the right and at the bottom may be smaller, and so may the last group of images.
fn valuesOf(i: u32) -> f32 {
  let tile = i / IMAGE_GROUPS;
  let images = min(IMAGES, BATCH - i % IMAGE_GROUPS * IMAGES);
  let rows = min(ROWS, HEIGHT - tile / TILES_ACROSS * ROWS);
  let columns = min(COLUMNS, WIDTH - tile % TILES_ACROSS * COLUMNS);
  return f32(rows * columns * images);
}

// By all lanes of a workgroup together.
fn momentsOf(channel: u32, lane: u32) -> ChannelMoments {
  let base = channel * ENTRIES;
  var sum = 0.0;
  for (var i = lane; i < ENTRIES; i += LANES) {
    sum += moments[base + i].x;
  }
  let mean = workgroupSum(lane, sum) / f32(COUNT);
  var squares = 0.0;
  for (var i = lane; i < ENTRIES; i += LANES) {
    let entry = moments[base + i];
    let values = valuesOf(i);
    let apart = entry.x / values - mean;
    squares += entry.y + values * apart * apart;
  }
  let total = workgroupSum(lane, squares);
  return ChannelMoments(mean, 1.0 / sqrt(total / f32(COUNT) + EPSILON), total / f32(max(COUNT - 1u, 1u)));
}
