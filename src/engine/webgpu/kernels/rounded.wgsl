// The float16 nearest to x, ties to even, as IEEE 754 converts. By its bits: quantizeToF16 may flush subnormal results.
fn rounded(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let magnitude = bits & 0x7fffffffu;
  if (magnitude >= 0x7f800000u) {
    return x;
  }
  // From 65520 on.
  if (magnitude >= 0x477ff000u) {
    return bitcast<f32>((bits & 0x80000000u) | 0x7f800000u);
  }
  // Below 2⁻¹⁴ multiples of 2⁻²⁴.
  if (magnitude < 0x38800000u) {
    return round(x * 16777216.0) / 16777216.0;
  }
  return bitcast<f32>((bits + 0xfffu + ((bits >> 13u) & 1u)) & 0xffffe000u);
}
