@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> logitsGradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> metrics: array<f32>;
@group(0) @binding(4) var<uniform> step: Step;

// 0 of what counts for nothing, even of an impossible class's infinite logarithm.
fn weighted(weight: f32, value: f32) -> f32 {
  return select(weight * value, 0.0, weight == 0.0);
}

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
    let label = select(labels[n], labels[n] % LABEL_BASE, MIXES);
    let labelAt = label * BATCH + n;
    let otherAt = labels[n] / LABEL_BASE * BATCH + n;
    let softmax = softmaxOf(n);
    var sumOfLogs = 0.0;
    for (var at = n; at < CLASSES * BATCH; at += BATCH) {
      let logProbability = logits[at] - softmax.maximum - softmax.logSum;
      let probability = select(exp(logProbability), logProbability, isNan(logProbability));
      var desired = offTarget + select(0.0, 1.0 - LABEL_SMOOTHING, at == labelAt);
      if (MIXES) {
        let share = select(0.0, step.mixup, at == labelAt) + select(0.0, 1.0 - step.mixup, at == otherAt);
        desired = offTarget + (1.0 - LABEL_SMOOTHING) * share;
      }
      logitsGradient[at] = (probability - desired) / images;
      sumOfLogs += logProbability;
    }
    var logLikelihood = logits[labelAt] - softmax.maximum - softmax.logSum;
    if (MIXES) {
      let other = logits[otherAt] - softmax.maximum - softmax.logSum;
      logLikelihood = weighted(step.mixup, logLikelihood) + weighted(1.0 - step.mixup, other);
    }
    loss -= (1.0 - LABEL_SMOOTHING) * logLikelihood;
    // Not as a product with 0, which an impossible class would make NaN.
    if (LABEL_SMOOTHING > 0.0) {
      loss -= offTarget * sumOfLogs;
    }
    let isRight = select(0.0, 1.0, softmax.prediction == label);
    let isOther = select(0.0, 1.0, softmax.prediction == labels[n] / LABEL_BASE);
    correct += select(isRight, step.mixup * isRight + (1.0 - step.mixup) * isOther, MIXES);
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
