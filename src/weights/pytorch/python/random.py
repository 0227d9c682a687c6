def hash32(a, b, c):
    """The page's random numbers: a u32 from three. If `c` is an int64 tensor, so is the result."""

    def mix(x):
        x = ((x ^ (x >> 16)) * 0x7FEB352D) & U32
        x = ((x ^ (x >> 15)) * 0x846CA68B) & U32
        return x ^ (x >> 16)

    return mix(mix(mix((a + 0x9E3779B9) & U32) ^ b) ^ c)


def stream_of(name):
    """What tells a name's random numbers from those of others: FNV-1a."""
    stream = 0x811C9DC5
    for letter in name.encode():
        stream = ((stream ^ letter) * 0x01000193) & U32
    return stream


@functools.lru_cache(maxsize=2)
def epoch_order(epoch, count):
    """The page's order of the training images in an epoch, [count]. It depends on the seed alone.

    Fisher-Yates; the first epoch shuffles within blocks of 1000 images, so that the page can start with those.
    """
    order = list(range(count))
    draws = hash32(SEED, 0x6F726465 ^ epoch, torch.arange(count)).tolist()
    block = 1000 if epoch == 0 else count
    for start in range(0, count, block):
        for i in range(min(start + block, count) - 1, start, -1):
            j = start + (draws[i] * (i - start + 1) >> 32)
            order[i], order[j] = order[j], order[i]
    return torch.tensor(order)


def batch_indices(step, count):
    """Indices of a step's training images, [BATCH_SIZE]: the next ones in the sequence of all epochs."""
    positions = torch.arange(step * BATCH_SIZE, (step + 1) * BATCH_SIZE)
    epochs = positions // count
    return torch.cat(
        [
            epoch_order(epoch, count)[positions[epochs == epoch] % count]
            for epoch in range(int(epochs[0]), int(epochs[-1]) + 1)
        ]
    )


# [if augment]
def augment(images, drawn):
    """The page's __AUGMENTATIONS__ of images [rows, 3, S, S], 0 to 1; drawn: see normalized."""
    count, size, device = len(images), images.shape[-1], images.device
    draws = hash32(SEED, 0x6175676D, drawn["positions"] & U32)
    rows = columns = torch.arange(size, device=device).expand(count, size)
    # [if flip !alternating]
    flip = (draws & 1) == 1
    # [end]
    # [if alternating]
    epochs = drawn["positions"] // drawn["epoch_images"]
    flip = ((hash32(SEED, 0x666C6970, drawn["indices"]) + epochs) & 1) == 1
    # [end]
    # [if flip]
    columns = torch.where(flip[:, None], size - 1 - columns, columns)
    # [end]
    # [if crop]
    pad = size // 8
    images = F.pad(images, (pad, pad, pad, pad))  # with black
    columns = columns + (((draws >> 1) & 0x7FFF) % (2 * pad + 1))[:, None]
    rows = rows + ((draws >> 16) % (2 * pad + 1))[:, None]
    # [end]
    image = torch.arange(count, device=device)
    picked = images[image[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return picked.permute(0, 3, 1, 2)


# [end]
# [if cutout]
def cut_out(images, drawn):
    """0 in a square of normalized images [rows, 3, S, S], where the page cuts it out; drawn: see normalized."""
    size = images.shape[-1]
    draws = hash32(SEED, 0x6375746F, drawn["positions"] & U32)
    pixels = torch.arange(size, device=images.device)
    lefts, tops = (draws & 0xFFFF) % size - CUTOUT // 2, (draws >> 16) % size - CUTOUT // 2
    columns, rows = ((pixels >= edge[:, None]) & (pixels < edge[:, None] + CUTOUT) for edge in (lefts, tops))
    return images.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0)


# [end]
# [if mixup]
def mixup_weight(step):
    """The weight of each image of a step's batch, as the page draws it from Beta(MIXUP, MIXUP).

    Ulrich 1984 above 1/2, else Joehnk 1964.
    """
    key = hash32(SEED, 0x6D697875, step)

    def log_uniform(draw):
        return page_log(torch.tensor((hash32(key, draw, 0) + 0.5) / 2**32, dtype=torch.float64)).item()

    if MIXUP > 0.5:
        power = page_exp(log_uniform(0) * 2 / (2 * MIXUP - 1))
        angle = 2 * math.pi * ((hash32(key, 1, 0) + 0.5) / 2**32)
        return float(np.float32(0.5 + 0.5 * math.sqrt(1 - power) * page_cosine(angle)))
    draw = 0
    while True:
        x, y = log_uniform(draw) / MIXUP, log_uniform(draw + 1) / MIXUP
        if page_exp(x) + page_exp(y) <= 1:
            return float(np.float32(1 / (1 + page_exp(y - x))))
        draw += 2


# [end]
