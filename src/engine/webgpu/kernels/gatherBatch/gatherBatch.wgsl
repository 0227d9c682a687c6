struct Gather {
  rows: u32,
  firstImage: u32,
  // Side of the squares that are cut out.
  cutout: u32,
}

@group(0) @binding(0) var<storage, read> pixels: array<u32>;
@group(0) @binding(1) var<storage, read> shardLabels: array<u32>;
@group(0) @binding(2) var<storage, read> drawn: array<vec2u>;
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

// An edge of the crop (0 left, 1 upper) or of the square that is cut out (2, 3).
fn edge(bits: u32, which: u32) -> i32 {
  return i32((bits >> (7u * which)) & 0x7fu) - i32(BIAS);
}

fn isInside(at: i32, first: i32, length: i32) -> bool {
  return at >= first && at < first + length;
}

fn write(y: u32, x: u32, n: u32, value: vec3f) {
  for (var channel = 0u; channel < 3u; channel++) {
    images[((channel * SIZE + y) * SIZE + x) * BATCH + n] = value[channel];
  }
}

// One invocation a pixel [y, x, n] of the batch.
@compute @workgroup_size(THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pixel = id.y * ROW + id.x;
  if (pixel >= SIZE * SIZE * BATCH) {
    return;
  }
  let n = pixel % BATCH;
  let x = pixel / BATCH % SIZE;
  let y = pixel / (BATCH * SIZE);
  if (n >= gather.rows) {
    write(y, x, n, vec3f(0.0));
    if (x == 0u && y == 0u) {
      labels[n] = 0u;
    }
    return;
  }
  let place = gather.firstImage + n;
  let index = drawn[place].x;
  if (index / IMAGES_PER_SHARD != SHARD) {
    return;
  }
  let image = index % IMAGES_PER_SHARD;
  if (x == 0u && y == 0u) {
    labels[n] = shardLabels[image];
  }

  let bits = drawn[place].y;
  let flip = (bits >> 28u) == 1u;
  let sourceY = i32(y) + edge(bits, 1u);
  let sourceX = select(i32(x), i32(SIZE - 1u - x), flip) + edge(bits, 0u);
  var value = vec3f(0.0);
  if (isInside(sourceY, 0, i32(SIZE)) && isInside(sourceX, 0, i32(SIZE))) {
    value = blockMean(image, u32(sourceY), u32(sourceX));
  }
  let mean = vec3f(MEAN_RED, MEAN_GREEN, MEAN_BLUE);
  let deviation = vec3f(DEVIATION_RED, DEVIATION_GREEN, DEVIATION_BLUE);
  let cutout = i32(gather.cutout);
  let isCut = isInside(i32(x), edge(bits, 2u), cutout) && isInside(i32(y), edge(bits, 3u), cutout);
  write(y, x, n, select((value - mean) / deviation, vec3f(0.0), isCut));
}
