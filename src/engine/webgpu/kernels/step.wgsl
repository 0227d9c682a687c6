struct Step {
  // Row of the metrics ring.
  slot: u32,
  step: u32,
  seed: u32,
  // Valid images of this pass.
  rows: u32,
  learningRate: f32,
  // Of the whole batch, of which this pass may be a part.
  images: u32,
  firstImage: u32,
  // Of Adam: rate / (1 - β₁ᵗ) and √(1 - β₂ᵗ).
  stepSize: f32,
  secondRoot: f32,
  // The weight of a mixed image's first label.
  mixup: f32,
  // Share of the new weights in their moving average.
  averageRate: f32,
}
