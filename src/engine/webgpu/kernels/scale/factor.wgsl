// What a branch counts for in this step: FACTOR, or nothing.
fn factor() -> f32 {
#if DRAWN
  return select(0.0, FACTOR, hash32(step.seed, STREAM, step.step) < THRESHOLD);
#else
  return FACTOR;
#end
}
