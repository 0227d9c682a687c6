class Stop:
    """Ctrl-C and SIGTERM. The first ends training behind a step and saves; any other ends it at once."""

    def __init__(self):
        self.code = 0  # of the signal that came, as the process exits with: 130 or 143
        self.is_training = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.take)

    def take(self, number, _frame):
        is_first, self.code = self.code == 0, 128 + number
        if not (is_first and self.is_training):
            raise SystemExit(self.code)
        log("stopping after this step; once more to stop without saving")


def connect():
    """This process's device and rank, and the number of processes: one per GPU under torchrun, else one."""
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    needed = ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
    missing = [name for name in needed if name not in os.environ]
    if world > 1 and missing:
        raise SystemExit(
            f"WORLD_SIZE is {world}, but {', '.join(missing)} not set: start several processes with"
            f" torchrun --nproc_per_node={world} train.py"
        )
    device = torch.device("cpu")
    if torch.cuda.is_available():
        if LOCAL_RANK >= torch.cuda.device_count():
            count = torch.cuda.device_count()
            raise SystemExit(f"more processes than GPUs: torchrun --nproc_per_node={count} train.py")
        device = torch.device("cuda", LOCAL_RANK)
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return device, rank, world


def one_line(error):
    return f"{type(error).__name__}: {error}".strip().split("\n")[0]


def log(text):
    if int(os.environ.get("RANK", 0)) == 0:
        print(text, flush=True)


def total(tensor):
    """The sum of a tensor over all processes."""
    if dist.is_initialized():
        dist.all_reduce(tensor)
    return tensor


def portable(value):
    """A copy that loads anywhere: tensors on the CPU, and no floats, which `weights_only` of 1.13 refuses."""
    if isinstance(value, torch.Tensor):
        return value.detach().cpu()
    if isinstance(value, float):
        return torch.tensor(value, dtype=torch.float64)
    if isinstance(value, dict):
        return {key: portable(item) for key, item in value.items()}
    return [portable(item) for item in value] if isinstance(value, list) else value


def save(file, model, tested, optimizer, step):
    """Writes a checkpoint to resume from. step: number of steps done."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    state["config"] = config_text()
    # [if average]
    state["average"] = tested.state_dict()
    # [end]
    # Under another name first, so that a job stopped while writing leaves the last checkpoint intact.
    unfinished = file.with_suffix(".unfinished")
    try:
        with open(unfinished, "wb") as opened:
            torch.save(portable(state), opened)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(unfinished, file)
    except (OSError, RuntimeError) as error:
        unfinished.unlink(missing_ok=True)
        raise SystemExit(f"can't write {file} ({one_line(error)}): name another folder with --out") from None
    log(f"step {step}: saved to {file}")


def config_text():
    """What config.json holds; checkpoints hold it too."""
    try:
        return (HERE / "config.json").read_text()
    except OSError as error:
        raise SystemExit(f"config.json belongs beside train.py ({one_line(error)}): unpack it again") from None


def load(file, model):
    """The checkpoint, whose weights go into the model."""
    elsewhere = "name another with --checkpoint, or start anew with --from-scratch"
    try:
        checkpoint = torch.load(file, map_location="cpu", weights_only=True)
        model.load_state_dict(checkpoint["model"])
        return checkpoint
    except FileNotFoundError:
        raise SystemExit(f"there is no checkpoint {file}: {elsewhere}") from None
    except Exception as error:  # whatever the file may hold
        raise SystemExit(f"{file} is no checkpoint of this network ({one_line(error)}): {elsewhere}") from None


