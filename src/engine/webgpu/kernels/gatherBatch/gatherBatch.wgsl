struct Gather {
  firstPosition: u32,
  seed: u32,
  rows: u32,
  firstImage: u32,
}

@group(0) @binding(0) var<storage, read> pixels: array<u32>;
@group(0) @binding(1) var<storage, read> shardLabels: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<u32>;
@group(0) @binding(3) var<storage, read_write> images: array<f32>;
@group(0) @binding(4) var<storage, read_write> labels: array<u32>;
@group(0) @binding(5) var<uniform> gather: Gather;

const IMAGE_SIZE = 32u;
const IMAGE_BYTES = 3u * IMAGE_SIZE * IMAGE_SIZE;
const BLOCK = IMAGE_SIZE / SIZE;

fn byteAt(address: u32) -> u32 {
  return (pixels[address / 4u] >> (address % 4u * 8u)) & 0xffu;
}

// Mean of a block of pixels, red, green and blue, 0 to 1.
fn blockMean(image: u32, blockY: u32, blockX: u32) -> vec3f {
  var sum = vec3u(0u);
  for (var y = blockY * BLOCK; y < (blockY + 1u) * BLOCK; y++) {
    for (var x = blockX * BLOCK; x < (blockX + 1u) * BLOCK; x++) {
      let address = image * IMAGE_BYTES + (y * IMAGE_SIZE + x) * 3u;
      sum += vec3u(byteAt(address), byteAt(address + 1u), byteAt(address + 2u));
    }
  }
  return vec3f(sum) / f32(255u * BLOCK * BLOCK);
}

fn write(y: u32, x: u32, n: u32, value: vec3f) {
  for (var channel = 0u; channel < 3u; channel++) {
    images[((channel * SIZE + y) * SIZE + x) * BATCH + n] = value[channel];
  }
}

// One invocation a pixel [y, x, n] of the batch.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * ROW + id.x;
  if (index >= SIZE * SIZE * BATCH) {
    return;
  }
  let n = index % BATCH;
  let x = index / BATCH % SIZE;
  let y = index / (BATCH * SIZE);
  if (n >= gather.rows) {
    write(y, x, n, vec3f(0.0));
    if (x == 0u && y == 0u) {
      labels[n] = 0u;
    }
    return;
  }
  let place = gather.firstImage + n;
  if (indices[place] / IMAGES_PER_SHARD != SHARD) {
    return;
  }
  let image = indices[place] % IMAGES_PER_SHARD;
  if (x == 0u && y == 0u) {
    labels[n] = shardLabels[image];
  }

  let hash = hash32(gather.seed, AUGMENTATION_STREAM, gather.firstPosition + place);
  let flip = FLIP && (hash & 1u) == 1u;
  let dx = select(PADDING, ((hash >> 1u) & 0x7fffu) % (2u * PADDING + 1u), CROP);
  let dy = select(PADDING, (hash >> 16u) % (2u * PADDING + 1u), CROP);
  // In the zero-padded image.
  let sourceY = y + dy;
  let sourceX = select(x, SIZE - 1u - x, flip) + dx;
  var value = vec3f(0.0);
  if (
    sourceY >= PADDING && sourceY < SIZE + PADDING && sourceX >= PADDING && sourceX < SIZE + PADDING
  ) {
    value = blockMean(image, sourceY - PADDING, sourceX - PADDING);
  }
  let mean = vec3f(MEAN_RED, MEAN_GREEN, MEAN_BLUE);
  let deviation = vec3f(DEVIATION_RED, DEVIATION_GREEN, DEVIATION_BLUE);
  write(y, x, n, (value - mean) / deviation);
}
