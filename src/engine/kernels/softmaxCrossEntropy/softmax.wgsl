struct Softmax {
  maximum: f32,
  // Class of the first maximum.
  prediction: u32,
  // log Σ exp(logit - maximum); NaN if a logit is NaN or +∞
  logSum: f32,
}

// Of image n; `logits` [CLASSES, BATCH].
fn softmaxOf(n: u32) -> Softmax {
  var maximum = logits[n];
  var prediction = 0u;
  for (var k = 1u; k < CLASSES; k++) {
    let logit = logits[k * BATCH + n];
    if (logit > maximum) {
      maximum = logit;
      prediction = k;
    }
  }
  var sum = 0.0;
  var nan = 0.0;
  for (var k = 0u; k < CLASSES; k++) {
    let shifted = logits[k * BATCH + n] - maximum;
    sum += exp(shifted);
    nan = select(nan, shifted, isNan(shifted));
  }
  return Softmax(maximum, prediction, select(log(sum), nan, isNan(nan)));
}
