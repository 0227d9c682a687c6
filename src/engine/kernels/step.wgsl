struct Step {
  // Row of the metrics ring.
  slot: u32,
  step: u32,
  seed: u32,
  // Valid images of the batch.
  rows: u32,
  learningRate: f32,
  padding0: u32,
  padding1: u32,
  padding2: u32,
}
