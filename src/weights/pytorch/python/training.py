# [if groups]
def parameter_groups(model):
    """Groups of parameters: those with the same weight decay and the same share of the learning rate."""
    groups = {}
    for name, parameter in model.named_parameters():
        is_weight = parameter.dim() > 1  # else a bias, or a scale or shift of BatchNorm
        # [if decayAll]
        decay = WEIGHT_DECAY
        # [else]
        decay = WEIGHT_DECAY if is_weight else 0.0
        # [end]
        # [if factors]
        factor = CLASSIFIER_RATE if name.startswith("fc.") else FILTER_RATE if is_weight else NORM_AND_BIAS_RATE
        # [else]
        factor = 1.0
        # [end]
        # [if whitened]
        if name == "conv1.weight":
            factor = 0.0  # it stays as it is
        # [end]
        groups.setdefault((decay, factor), []).append(parameter)
    return [
        {"params": parameters, "weight_decay": decay, "rate_factor": factor}
        for (decay, factor), parameters in groups.items()
    ]


# [end]
def start(args, device):
    """Model, what is tested, optimizer and number of steps done, as in the checkpoint or from the start."""
    model = __MODEL__()
    checkpoint = None
    if args.from_scratch:
        initialize(model)
    else:
        checkpoint = load(args.checkpoint, model)
    model.to(device)
    # [if batch]
    if args.sync_batchnorm and device.type == "cpu":
        raise SystemExit("SyncBatchNorm works on GPUs alone: leave --sync-batchnorm out")
    if args.sync_batchnorm:
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
    # [end]
    # [if average]
    tested = copy.deepcopy(model)  # follows the weights: see move_average
    if checkpoint is not None:
        tested.load_state_dict(checkpoint["average"])
    # [else]
    tested = model
    # [end]
    # [if sgd]
    settings = {"momentum": MOMENTUM, "nesterov": NESTEROV}
    # [else]
    settings = {"betas": (BETA1, BETA2), "eps": EPSILON}
    # [end]
    # [if groups]
    groups = parameter_groups(model)
    # [else]
    groups = [{"params": list(model.parameters()), "weight_decay": WEIGHT_DECAY}]
    # [end]
    optimizer = __OPTIMIZER__(groups, lr=learning_rate(0, args.until), **settings)
    if checkpoint is None:
        return model, tested, optimizer, 0
    optimizer.load_state_dict(checkpoint["optimizer"])
    for group, given in zip(optimizer.param_groups, groups):  # those of this file, in case you edited them
        group.update(settings, **{key: value for key, value in given.items() if key != "params"})
    return model, tested, optimizer, checkpoint["step"]


# [if average]
@torch.no_grad()
def move_average(average, model, step):
    """Moves averages of weights and running statistics towards the model's, at first by more."""
    rate = 1 - min(AVERAGE_DECAY, (1 + step) / (10 + step))
    for before, value in zip(average.state_dict().values(), model.state_dict().values()):
        before.copy_(before + rate * (value - before) if value.is_floating_point() else value)


# [end]


def open_dataset(args, device):
    """Training batches, and test images with their labels."""
    # [if cifar10]
    if dist.is_initialized() and LOCAL_RANK > 0:
        dist.barrier()  # until the machine's first process has downloaded the images
    train, test = (load_images(args.data, split, device) for split in ("train", "test"))
    if dist.is_initialized() and LOCAL_RANK == 0:
        dist.barrier()
    # [else]
    train, test = (load_images(split, device) for split in ("train", "test"))
    # [end]
    batches = DatasetBatches(train, args.train_images)
    test = tuple(part[: args.test_images] for part in test)
    log(f"{batches.count} images to train on, {len(test[1])} to test on")
    return batches, test


def learn(network, images, labels, share, step):
    """Adds the gradient of these images' share of the mean loss; returns that of loss and accuracy, [2]."""
    # [if mixup]
    # Each image is mixed with the one before it, the first with the last (Zhang et al. 2018).
    weight = mixup_weight(step)
    logits = network(weight * images + (1 - weight) * images.roll(1, 0))
    shares = [(weight, labels), (1 - weight, labels.roll(1))]
    loss = sum(part * F.cross_entropy(logits, of, label_smoothing=LABEL_SMOOTHING) for part, of in shares)
    accuracy = sum(part * (logits.argmax(1) == of).float().mean() for part, of in shares)
    # [else]
    logits = network(images)
    loss = F.cross_entropy(logits, labels, label_smoothing=LABEL_SMOOTHING)
    accuracy = (logits.argmax(1) == labels).float().mean()
    # [end]
    (share * loss).backward()
    return share * torch.stack([loss.detach(), accuracy])


def train(args, model, tested, optimizer, batches, first_step, end, rank, world, stop):
    """Steps `first_step` to `end`. Every process takes its rows of each batch; DDP averages the gradients."""
    network = model
    if world > 1:
        network = DistributedDataParallel(model, [LOCAL_RANK] if torch.cuda.is_available() else None)
    rows = BATCH_SIZE // world
    measured, done, since = [], first_step, time.perf_counter()
    for step in range(first_step, end):
        rate = learning_rate(step, args.until)
        for group in optimizer.param_groups:
            # [if groups]
            group["lr"] = rate * group["rate_factor"]
            # [else]
            group["lr"] = rate
            # [end]
        images, labels = batches(step, rank * rows, rows)
        # [if survives]
        Survival.step = step
        # [end]
        optimizer.zero_grad(set_to_none=True)
        # [if split]
        sums = torch.zeros(2, device=labels.device)
        for first in range(0, rows, MICRO_BATCH_SIZE):  # BatchNorm normalizes each micro-batch by itself
            own = slice(first, first + MICRO_BATCH_SIZE)
            # [if dropout]
            Dropout.step, Dropout.first_row = step, rank * rows + first
            # [end]
            sums += learn(network, images[own], labels[own], len(labels[own]) / rows, step)
        # [else]
        # [if dropout]
        Dropout.step, Dropout.first_row = step, rank * rows
        # [end]
        sums = learn(network, images, labels, 1, step)
        # [end]
        optimizer.step()
        # [if average]
        move_average(tested, model, step)
        # [end]

        measured.append(sums)
        is_last = step + 1 == end or (world == 1 and stop.code > 0)
        if step < first_step + 5 or (step + 1) % args.log_every == 0 or is_last:
            if world > 1:  # all of them stop behind the same step
                is_last |= total(torch.tensor(float(stop.code > 0), device=labels.device)).item() > 0
            values = (total(torch.stack(measured)) / world).tolist()  # waits for the GPU
            now = time.perf_counter()
            speed = BATCH_SIZE * len(values) / (now - since)
            write_metrics(args, values, done)
            loss, accuracy = values[-1]
            log(
                f"step {step}/{args.until}  loss {loss:.6f}  accuracy {accuracy:.4f}"
                f"  learning rate {rate:.6g}  {speed:.0f} img/s"
            )
            measured, done, since = [], step + 1, now
        if rank == 0 and ((step + 1) % args.save_every == 0 or is_last):
            save(args.out / "checkpoint.pth", model, tested, optimizer, step + 1)
        if is_last:
            return


def cut_metrics(file, step):
    """Drops what metrics.jsonl has of `step` and later, and lines that are not whole."""
    if not file.exists():
        return
    kept = []
    for line in file.read_text().splitlines():
        try:
            if json.loads(line)["step"] < step:
                kept.append(line + "\n")
        except (ValueError, KeyError, TypeError):
            continue
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text("".join(kept))
    os.replace(unfinished, file)


def write_metrics(args, values, first_step):
    """Appends to metrics.jsonl, one line per step, like the page's command line."""
    if int(os.environ.get("RANK", 0)) > 0:
        return
    with open(args.out / "metrics.jsonl", "a") as file:
        for step, (loss, accuracy) in enumerate(values, first_step):
            rate = learning_rate(step, args.until)
            line = {"step": step, "loss": loss, "accuracy": accuracy, "learningRate": rate}
            print(json.dumps(line), file=file)


# [if views !crops]
def test_logits(model, images):
    """Logits of normalized images [rows, 3, S, S], averaged over them and their mirror images."""
    return (model(images) + model(images.flip(3))) / 2


# [end]
# [if crops]
def test_logits(model, images):
    """Logits of normalized images [rows, 3, S, S], averaged: half for the images and their mirror images,
    half for the same moved by a pixel, down and right or up and left, with black coming in.
    """
    black = normalized(torch.zeros(1, 32, 32, 3, dtype=torch.uint8, device=images.device))[:, :, :1, :1]
    down, up = black.expand_as(images).clone(), black.expand_as(images).clone()
    down[:, :, 1:, 1:] = images[:, :, :-1, :-1]
    up[:, :, :-1, :-1] = images[:, :, 1:, 1:]
    shown = [(images, 1 / 4), (down, 1 / 8), (up, 1 / 8)]
    return sum(weight * (model(view) + model(view.flip(3))) for view, weight in shown)


# [end]
@torch.no_grad()
def evaluate(model, images, rank, world):
    """Mean cross-entropy and accuracy over the test images, each process testing its share."""
    pixels, labels = images
    if dist.is_initialized():
        for buffer in model.buffers():
            dist.broadcast(buffer, 0)  # each GPU has its own running statistics; those of the first are used
    model.eval()
    sums = torch.zeros(2, device=labels.device)
    for first in range(rank * BATCH_SIZE, len(labels), world * BATCH_SIZE):
        rows = slice(first, first + BATCH_SIZE)
        # [if views]
        logits, wanted = test_logits(model, normalized(pixels[rows])), labels[rows].long()
        # [else]
        logits, wanted = model(normalized(pixels[rows])), labels[rows].long()
        # [end]
        hits = (logits.argmax(1) == wanted).sum()
        sums += torch.stack([F.cross_entropy(logits, wanted, reduction="sum"), hits])
    model.train()
    return (total(sums) / len(labels)).tolist()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    option = parser.add_argument
    option("--checkpoint", type=Path, default=HERE / "checkpoint.pth", help="what to resume from")
    option("--from-scratch", action="store_true", help="start at step 0 with weights drawn from the seed")
    option("--steps", type=int, help="train at most this many steps now")
    option("--until", type=int, default=STEPS, help=f"the step at which training ends ({STEPS})")
    # [if cifar10]
    option("--data", default="data", help="folder of CIFAR-10, downloaded if missing (data)")
    # [end]
    option("--train-images", type=int, default=TRAIN_IMAGES, help=f"images to train on ({TRAIN_IMAGES})")
    option("--test-images", type=int, help="images to test on (all)")
    option("--batches", help="safetensors file of ready-made batches, used instead of a data set")
    # [if divides]
    option("--write-batches", help="write the batches of the first --steps steps (5) to such a file, and stop")
    # [end]
    option("--out", type=Path, default=Path("out"), help="folder of metrics.jsonl and checkpoint.pth (out)")
    option("--log-every", type=int, default=20, help="steps between log lines (20)")
    option("--save-every", type=int, default=1000, help="steps between checkpoints (1000)")
    # [if batch]
    option("--sync-batchnorm", action="store_true", help="BatchNorm over the whole batch, not each GPU's part")
    # [end]
    option("--tf32", action="store_true", help="faster, less precise products on NVIDIA GPUs")
    return parser.parse_args()


def main():
    args, stop = arguments(), Stop()
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = args.tf32
    device, rank, world = connect()
    if BATCH_SIZE % world:
        raise SystemExit(f"a batch of {BATCH_SIZE} cannot be divided evenly among {world} processes")
    # [if divides]
    if args.write_batches is not None:
        write_batches(args.write_batches, open_dataset(args, device)[0], args.steps or 5)
        return
    # [end]
    config_text()
    model, tested, optimizer, step = start(args, device)
    end = args.until if args.steps is None else min(args.until, step + args.steps)
    if args.batches is not None:
        batches, test = FileBatches(args.batches, device), None
        batches.check(step)
        end = min(end, batches.steps)
    else:
        # [if divides]
        batches, test = open_dataset(args, device)
        # [else]
        raise SystemExit(f"32-pixel images cannot be averaged to {INPUT_SIZE}: pass batches with --batches")
        # [end]
    # [if whitened]
    if args.from_scratch:
        for network in (model, tested):
            whiten(network, batches.first(WHITENING_IMAGES))
    # [end]
    args.out.mkdir(parents=True, exist_ok=True)
    if rank == 0:
        cut_metrics(args.out / "metrics.jsonl", step)
    log(f"{world} process(es) on {device.type}, {BATCH_SIZE // world} images each; steps {step} to {end}")
    if step >= end:
        log("no steps left to train: see --until and --from-scratch")
    stop.is_training = True
    train(args, model, tested, optimizer, batches, step, end, rank, world, stop)
    stop.is_training = False
    if stop.code > 0:
        log(f"stopped; --checkpoint {args.out / 'checkpoint.pth'} goes on")
        raise SystemExit(stop.code)
    if test is not None and len(test[1]) > 0:
        loss, accuracy = evaluate(tested, test, rank, world)
        log(f"test  loss {loss:.6f}  accuracy {accuracy:.4f}")
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    try:
        main()
    except OSError as error:  # a full disk, a folder that may not be written to
        raise SystemExit(f"{error}: name another folder with --out") from None
