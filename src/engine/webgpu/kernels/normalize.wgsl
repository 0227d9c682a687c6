// BatchNorm, and ReLU where RECTIFY, applied to what a kernel loads. `Loaded` is f32, or vec4f of one channel's values.
#if NORMALIZE
@group(0) @binding($NORM_BINDING) var<storage, read> affine: array<f32>; // γ [C], then β from BETA_OFFSET on
@group(0) @binding(${NORM_BINDING + 1}) var<storage, read> mean: array<f32>; // [C]
@group(0) @binding(${NORM_BINDING + 2}) var<storage, read> rstd: array<f32>; // [C]

// Mean, γ·rstd and β.
fn normOf(channel: u32) -> vec3f {
  return vec3f(mean[channel], affine[channel] * rstd[channel], affine[BETA_OFFSET + channel]);
}

// As `pointwise` computes it, bit by bit. NaN passes through: `<=` is false for it.
fn normalized(x: Loaded, norm: vec3f) -> Loaded {
  let value = (x - norm.x) * norm.y + norm.z;
#if RECTIFY
  return select(value, Loaded(), value <= Loaded());
#else
  return value;
#end
}
#else
fn normOf(channel: u32) -> vec3f {
  return vec3f();
}

fn normalized(x: Loaded, norm: vec3f) -> Loaded {
  return x;
}
#end
