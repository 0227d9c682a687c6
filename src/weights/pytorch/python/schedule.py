def learning_rate(step, until):
    # [if constant]
    """Learning rate of a step, counted from 0: always the same."""
    return LEARNING_RATE
    # [end]
    # [if step]
    """Learning rate of a step, counted from 0: divided by 10 at each of the drops."""
    # [end]
    # [if cosine]
    """Learning rate of a step, counted from 0: half a cosine, from LEARNING_RATE to 0 at step `until`."""
    # [end]
    # [if linear]
    """Learning rate of a step, counted from 0: a straight line from LEARNING_RATE to 0 at step `until`."""
    # [end]
    # [if oneCycle]
    """Learning rate of a step, counted from 0: that of OneCycleLR(max_lr=LEARNING_RATE, total_steps=until)."""
    # [end]
    # [if warmup !oneCycle]
    if step < WARMUP_STEPS:  # rises linearly and reaches LEARNING_RATE at the last of these steps
        return LEARNING_RATE * (step + 1) / WARMUP_STEPS
    # [end]
    # [if step]
    return LEARNING_RATE / 10 ** sum(step >= drop for drop in DROPS)
    # [end]
    # [if falls warmup]
    progress = (step - WARMUP_STEPS) / max(1, until - WARMUP_STEPS)
    # [end]
    # [if falls !warmup]
    progress = step / max(1, until)
    # [end]
    # [if cosine]
    return LEARNING_RATE / 2 * (1 + page_cosine(math.pi * min(1, progress)))
    # [end]
    # [if linear]
    return LEARNING_RATE * (1 - min(1, progress))
    # [end]
    # [if oneCycle]
    first = LEARNING_RATE / 25
    last = first / 10000
    # [end]
    # [if oneCycle warmup]
    peak = WARMUP_STEPS - 1
    # [end]
    # [if oneCycle !warmup]
    peak = 0.3 * until - 1
    # [end]
    # [if oneCycle]
    if step < peak:
        return LEARNING_RATE + (first - LEARNING_RATE) / 2 * (1 + page_cosine(math.pi * (step / peak)))
    falling = until - 1 - peak
    part = min(1, (step - peak) / falling) if falling > 0 else 0
    return last + (LEARNING_RATE - last) / 2 * (1 + page_cosine(math.pi * part))
    # [end]


