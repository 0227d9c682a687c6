// ACTIVATION: 0 none, 1 ReLU, 2 tanh, 3 sigmoid. NaN passes through all of them, as in PyTorch: `x <= 0` is false for
// it; clamp and exp would swallow it.
fn activate(x: f32) -> f32 {
#if ACTIVATION == 0
  return x;
#end
#if ACTIVATION == 1
  return select(x, 0.0, x <= 0.0);
#end
#if ACTIVATION == 2
  // tanh overflows beyond |x| = 44 on some drivers; it is 1 to the last bit from 9.1 on.
  return select(tanh(clamp(x, -15.0, 15.0)), x, isNan(x));
#end
#if ACTIVATION == 3
  return select(1.0 / (1.0 + exp(-x)), x, isNan(x));
#end
}

// The derivative, from the activation's output y.
fn slope(y: f32) -> f32 {
#if ACTIVATION == 0
  return 1.0;
#end
#if ACTIVATION == 1
  return select(1.0, 0.0, y <= 0.0);
#end
#if ACTIVATION == 2
  return 1.0 - y * y;
#end
#if ACTIVATION == 3
  return y * (1.0 - y);
#end
}
