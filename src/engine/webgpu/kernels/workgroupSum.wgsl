// Sums a value over the LANES invocations of a workgroup, in a fixed order: the same bits every time.
// Two steps of few barriers: software adapters take seconds to compile a tree of eight.
var<workgroup> scratch: array<Summed, LANES>;

fn workgroupSum(lane: u32, value: Summed) -> Summed {
  scratch[lane] = value;
  workgroupBarrier();
  if (lane < 8u) {
    var sum = scratch[lane];
    for (var i = lane + 8u; i < LANES; i += 8u) {
      sum += scratch[i];
    }
    scratch[lane] = sum;
  }
  workgroupBarrier();
  var total = scratch[0];
  for (var i = 1u; i < 8u; i++) {
    total += scratch[i];
  }
  workgroupBarrier();
  return total;
}
