def connect():
    """This process's device and rank, and the number of processes: one per GPU under torchrun, else one."""
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", LOCAL_RANK)
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return device, rank, world


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


def save(file, model, optimizer, step):
    """Writes a checkpoint to resume from. step: number of steps done."""
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    state["config"] = (HERE / "config.json").read_text()
    # Under another name first, so that a job stopped while writing leaves the last checkpoint intact.
    unfinished = file.with_suffix(".unfinished")
    torch.save(portable(state), unfinished)
    os.replace(unfinished, file)
    log(f"step {step}: saved to {file}")


