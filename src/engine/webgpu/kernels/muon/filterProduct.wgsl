// Two vec4u a strip: first floats of the matrix and of its A, rows, columns; first row, end row, 0, 0.
@group(0) @binding(0) var<storage, read> strips: array<vec4u>;
@group(0) @binding(1) var<storage, read> left: array<vec4f>;
@group(0) @binding(2) var<storage, read> right: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;

fn leftAt(at: u32) -> f32 {
  return left[at / 4u][at % 4u];
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.y * ROW + group.x;
  if (index >= STRIPS) {
    return;
  }
  let matrix = strips[2u * (FIRST + index)];
  let part = strips[2u * (FIRST + index) + 1u];
  let columns = matrix.w;
  let vectors = columns / 4u;
  let leftBase = select(matrix.y, matrix.x, GRAM || FILTER);
  let rightBase = select(matrix.y, matrix.x, GRAM) / 4u;
  let outputBase = select(matrix.y, matrix.x, FILTER) / 4u;
  let depth = select(columns, matrix.z, GRAM);
  let leftRow = select(columns, 1u, GRAM);
  let leftStep = select(1u, columns, GRAM);
  var scale = 1.0;
  if (NORMALIZES) {
    var trace = 0.0;
    for (var i = 0u; i < columns; i++) {
      trace += leftAt(leftBase + i * (columns + 1u));
    }
    scale = 1.0 / (sqrt(trace) + EPSILON);
  }
  let square = scale * scale;
  let items = (part.y - part.x) * vectors;
  for (var item = lane; item < items; item += LANES) {
    let row = part.x + item / vectors;
    let vector = item % vectors;
    var sum = vec4f();
    for (var k = 0u; k < depth; k++) {
      let factor = square * leftAt(leftBase + row * leftRow + k * leftStep);
      sum += factor * right[rightBase + k * vectors + vector];
    }
    if (!(GRAM || FILTER)) {
      sum = square * scale * (B * left[leftBase / 4u + row * vectors + vector] + C * sum);
      if (row / 4u == vector) {
        sum[row % 4u] += A * scale;
      }
    }
    output[outputBase + row * vectors + vector] = sum;
  }
}
