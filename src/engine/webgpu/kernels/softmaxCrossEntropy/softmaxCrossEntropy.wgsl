@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> logitsGradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(4) var<uniform> step: Step;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  let images = f32(max(step.images, 1u));
  let offTarget = LABEL_SMOOTHING / f32(CLASSES);
  var loss = 0.0;
  var correct = 0.0;
  for (var n = lane; n < BATCH; n += LANES) {
    if (n >= step.rows) {
      for (var at = n; at < CLASSES * BATCH; at += BATCH) {
        logitsGradient[at] = 0.0;
      }
      continue;
    }
    let labelAt = labels[n] * BATCH + n;
    let softmax = softmaxOf(n);
    var sumOfLogs = 0.0;
    for (var at = n; at < CLASSES * BATCH; at += BATCH) {
      let logProbability = logits[at] - softmax.maximum - softmax.logSum;
      let probability = select(exp(logProbability), logProbability, isNan(logProbability));
      let desired = offTarget + select(0.0, 1.0 - LABEL_SMOOTHING, at == labelAt);
      logitsGradient[at] = (probability - desired) / images;
      sumOfLogs += logProbability;
    }
    loss -= (1.0 - LABEL_SMOOTHING) * (logits[labelAt] - softmax.maximum - softmax.logSum);
    // Not as a product with 0, which an impossible class would make NaN.
    if (LABEL_SMOOTHING > 0.0) {
      loss -= offTarget * sumOfLogs;
    }
    correct += select(0.0, 1.0, softmax.prediction == labels[n]);
  }
  let sums = workgroupSum(lane, vec2f(loss, correct));
  if (lane == 0u) {
    let at = step.slot * METRICS_ROW;
    // Micro-batches follow one another; the first starts the sum.
    let isFirst = step.firstImage == 0u;
    metrics[at] = select(metrics[at], 0.0, isFirst) + sums.x / images;
    metrics[at + 1u] = select(metrics[at + 1u], 0.0, isFirst) + sums.y / images;
  }
}
