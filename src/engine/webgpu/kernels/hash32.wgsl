fn mix32(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

// The same bits as `hash32` in TypeScript.
fn hash32(a: u32, b: u32, c: u32) -> u32 {
  return mix32(mix32(mix32(a + 0x9e3779b9u) ^ b) ^ c);
}
