# [if cifar10]
def load_images(root, split, device):
    """CIFAR-10's images [n, 32, 32, 3] and labels [n], bytes on the device, the page's images first."""
    try:
        from torchvision.datasets import CIFAR10

        data = CIFAR10(root, train=split == "train", download=True)
    except ImportError as error:
        raise SystemExit(f"{error}: install torchvision, or pass ready-made batches with --batches") from None
    except (OSError, RuntimeError) as error:
        raise SystemExit(
            f"CIFAR-10 is not in {root} and was not downloaded ({one_line(error)}): name the folder that holds"
            " cifar-10-batches-py with --data, or pass ready-made batches with --batches"
        ) from None
    order = page_order(data.data, HERE / f"{split}-images.npy")
    labels = np.array(data.targets, dtype=np.uint8)
    return torch.from_numpy(data.data[order]).to(device), torch.from_numpy(labels[order]).to(device)


def page_order(pixels, file):
    """Indices of the page's images in torchvision's, in the page's order, followed by all others.

    file: fingerprints of the page's images, the CRC-32 of each one's upper and lower half.
    """
    if not file.exists():
        log(f"no {file.name}: images in torchvision's order, which may not be the page's")
        return np.arange(len(pixels))
    halves = [(zlib.crc32(image[:16].tobytes()), zlib.crc32(image[16:].tobytes())) for image in pixels]
    places = {pair: place for place, pair in enumerate(halves)}
    wanted = [tuple(pair) for pair in np.load(file).tolist()]
    missing = sum(pair not in places for pair in wanted)
    if missing:
        log(f"{missing} of the page's {len(wanted)} images are not torchvision's; using torchvision's order")
        return np.arange(len(pixels))
    first = np.array([places[pair] for pair in wanted], dtype=np.int64)
    return np.concatenate([first, np.setdiff1d(np.arange(len(pixels)), first)])
# [else]
def load_images(split, device):
    """The page's images [n, 32, 32, 3], bytes, and labels [n] on the device."""
    try:
        pixels, labels = (np.load(HERE / f"{split}-{part}.npy") for part in ("pixels", "labels"))
    except (OSError, ValueError) as error:
        raise SystemExit(
            f"{split}-pixels.npy and {split}-labels.npy belong beside train.py ({one_line(error)}): unpack them again,"
            " or pass ready-made batches with --batches"
        ) from None
    return torch.from_numpy(pixels).to(device), torch.from_numpy(labels.astype(np.int64)).to(device)
# [end]


# [if augments]
def normalized(pixels, drawn=None):
    """Bytes [rows, 32, 32, 3] as input of the network, [rows, 3, S, S]; augmented if they are drawn.

    drawn: their `positions` among all images drawn so far and their `indices`, each [rows]; `epoch_images`.
    """
# [else]
def normalized(pixels):
    """Bytes [rows, 32, 32, 3] as input of the network, [rows, 3, S, S]."""
# [end]
    images = pixels.permute(0, 3, 1, 2).float() / 255
    # [if small]
    images = F.avg_pool2d(images, 32 // INPUT_SIZE)  # means of pixel blocks
    # [end]
    # [if augment]
    if drawn is not None:
        images = augment(images, drawn)
    # [end]
    mean, deviation = (torch.tensor(values, device=images.device).reshape(3, 1, 1) for values in (MEAN, STD))
    # [if cutout]
    if drawn is not None:
        return cut_out((images - mean) / deviation, drawn)
    # [end]
    return (images - mean) / deviation


class DatasetBatches:
    """The page's batches: the same images in the same order__ALIKE__."""

    def __init__(self, images, count):
        self.pixels, self.labels = images
        self.count = min(count, len(self.labels))

    # [if whitened]
    def first(self, count):
        """The first training images, without augmentation."""
        return normalized(self.pixels[: min(count, self.count)])

    # [end]
    def __call__(self, step, first, rows):
        """Images and labels of the rows `first` to `first + rows` of a step's batch."""
        chosen = batch_indices(step, self.count)[first : first + rows].to(self.labels.device)
        # [if augments]
        positions = step * BATCH_SIZE + first + torch.arange(rows, device=chosen.device)
        drawn = {"positions": positions, "indices": chosen, "epoch_images": self.count}
        images = normalized(self.pixels[chosen], drawn)
        # [else]
        images = normalized(self.pixels[chosen])
        # [end]
        return images, self.labels[chosen].long()


class FileBatches:
    """Batches of a safetensors file, i that of step i: `images` [n, 3, S, S] float32, `labels` [n] int32."""

    def __init__(self, file, device):
        try:
            with open(file, "rb") as f:
                header = json.loads(f.read(int.from_bytes(f.read(8), "little")))
                data = f.read()

            def tensor(name, dtype):
                begin, end = header[name]["data_offsets"]
                values = np.frombuffer(data[begin:end], dtype).reshape(header[name]["shape"])
                return torch.from_numpy(values.copy()).to(device)

            self.images, self.labels = tensor("images", "<f4"), tensor("labels", "<i4").long()
        except (OSError, ValueError, KeyError, TypeError, OverflowError, MemoryError) as error:
            raise SystemExit(
                f"--batches {file}: no safetensors file with images [n, 3, {INPUT_SIZE}, {INPUT_SIZE}] float32"
                f" and labels [n] int32 ({one_line(error)})"
            ) from None
        self.name, self.steps = file, len(self.labels) // BATCH_SIZE

    # [if whitened]
    def first(self, count):
        return self.images[:count]

    # [end]
    def check(self, step):
        """Ends the process where there is no batch for this step."""
        if step >= self.steps:
            raise SystemExit(
                f"--batches {self.name} holds {self.steps} batches of {BATCH_SIZE}, those of steps 0 to"
                f" {self.steps - 1}; the run is at step {step}"
            )

    def __call__(self, step, first, rows):
        begin = step * BATCH_SIZE + first
        return self.images[begin : begin + rows], self.labels[begin : begin + rows]


def write_batches(file, batches, steps):
    """Writes the batches of steps 0 to `steps`, as FileBatches and the page's command line read them."""
    parts = zip(*(batches(step, 0, BATCH_SIZE) for step in range(steps)))
    images, labels = (torch.cat(part).cpu().numpy() for part in parts)
    members = [("images", "F32", images.astype("<f4")), ("labels", "I32", labels.astype("<i4"))]
    header, end = {}, 0
    for name, dtype, values in members:
        begin, end = end, end + values.nbytes
        header[name] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with open(file, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text)
        for _, _, values in members:
            f.write(values.tobytes())
    log(f"{steps} batches written to {file}")


