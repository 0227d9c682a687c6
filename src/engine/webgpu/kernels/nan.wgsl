// By its bits: compilers may take comparisons of a number with itself to be true, and SwiftShader's exp, log and max
// turn NaN into a number.
fn isNan(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u;
}
