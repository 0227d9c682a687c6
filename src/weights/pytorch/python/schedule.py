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
    # [if warmup]
    if step < WARMUP_STEPS:  # rises linearly and reaches LEARNING_RATE at the last of these steps
        return LEARNING_RATE * (step + 1) / WARMUP_STEPS
    # [end]
    # [if step]
    return LEARNING_RATE / 10 ** sum(step >= drop for drop in DROPS)
    # [end]
    # [if cosine warmup]
    progress = (step - WARMUP_STEPS) / max(1, until - WARMUP_STEPS)
    # [end]
    # [if cosine !warmup]
    progress = step / max(1, until)
    # [end]
    # [if cosine]
    angle = torch.tensor(math.pi * min(1, progress), dtype=torch.float64)
    return LEARNING_RATE / 2 * (1 + page_sine(angle, 1).item())
    # [end]


