@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(3) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var correct = 0.0;
  for (var n = lane; n < min(step.rows, BATCH); n += LANES) {
    let softmax = softmaxOf(n);
    loss += softmax.logSum - (logits[labels[n] * BATCH + n] - softmax.maximum);
    correct += select(0.0, 1.0, softmax.prediction == labels[n]);
  }
  let sums = workgroupSum(lane, vec2f(loss, correct));
  if (lane == 0u) {
    metrics[step.slot * METRICS_ROW] = sums.x;
    metrics[step.slot * METRICS_ROW + 1u] = sums.y;
  }
}
