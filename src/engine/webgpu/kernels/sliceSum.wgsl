// Sums over the SLICES invocations that have the same image as `lane`, in a fixed order.
var<workgroup> slices: array<Sliced, LANES>;

fn sliceSum(lane: u32, value: Sliced) -> Sliced {
  slices[lane] = value;
  workgroupBarrier();
  var sum = slices[lane % IMAGES];
  for (var i = lane % IMAGES + IMAGES; i < LANES; i += IMAGES) {
    sum += slices[i];
  }
  workgroupBarrier();
  return sum;
}
