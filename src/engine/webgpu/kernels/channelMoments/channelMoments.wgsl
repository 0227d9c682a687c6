// One workgroup a channel. input: [C, COUNT] with COUNT = H·W·N.
// One pass over the channel, about its first value: what is squared is then about as large as the spread.
@group(0) @binding(0) var<storage, read> input: array<Stored>;
@group(0) @binding(1) var<storage, read_write> moments: array<vec2f>;
@group(0) @binding(2) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.x;
  let base = channel * COUNT;
  let pivot = f32(input[base]);
  var sums = vec2f();
  for (var i = base + lane; i < base + COUNT; i += LANES) {
    let distance = f32(input[i]) - pivot;
    sums += vec2f(distance, distance * distance);
  }
  let averages = workgroupSum(lane, sums) / f32(COUNT);
  if (lane == 0u) {
    let mean = pivot + averages.x;
    let variance = averages.y - averages.x * averages.x;
    // Micro-batches follow one another: this one's moments join those of the images before it.
    let share = f32(step.rows) / f32(step.firstImage + step.rows);
    let before = select(moments[channel], vec2f(), step.firstImage == 0u);
    let apart = mean - before.x;
    moments[channel] = select(
      vec2f(
        before.x + share * apart,
        before.y + share * (variance - before.y) + share * (1.0 - share) * apart * apart,
      ),
      vec2f(mean, variance),
      step.firstImage == 0u,
    );
  }
}
