struct Softmax {
  maximum: f32,
  // Class of the first maximum.
  prediction: u32,
  // log Σ exp(logit - maximum); NaN if a logit is NaN or +∞
  logSum: f32,
}

// Of image n; `logits` [CLASSES, BATCH]. Loops run over addresses from n on: with a count known in advance, llvmpipe
// unrolls them and takes seconds to compile the exponentials.
fn softmaxOf(n: u32) -> Softmax {
  var maximum = logits[n];
  var prediction = 0u;
  for (var at = n + BATCH; at < CLASSES * BATCH; at += BATCH) {
    if (logits[at] > maximum) {
      maximum = logits[at];
      prediction = at / BATCH;
    }
  }
  var sum = 0.0;
  var nan = 0.0;
  for (var at = n; at < CLASSES * BATCH; at += BATCH) {
    let shifted = logits[at] - maximum;
    sum += exp(shifted);
    nan = select(nan, shifted, isNan(shifted));
  }
  return Softmax(maximum, prediction, select(log(sum), nan, isNan(nan)));
}
