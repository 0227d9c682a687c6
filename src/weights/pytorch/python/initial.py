def page_normal(name, shape, deviation):
    """Normal numbers as the page draws a tensor's first weights: Box-Muller over hash32(seed, name, index)."""
    stream = stream_of(name)
    count = math.prod(shape)
    uniform = (hash32(SEED, stream, torch.arange(count + count % 2)) >> 8).double() / 2**24
    radius = deviation * torch.sqrt(-2 * page_log(1 - uniform[0::2]))
    angle = 2 * math.pi * uniform[1::2]
    pairs = torch.stack([radius * page_sine(angle, 1), radius * page_sine(angle)], dim=1)
    return pairs.flatten()[:count].reshape(shape).float()


# [if fixup]
def fixup_share(name):
    """What Fixup multiplies a deviation by: 0 for the classifier and each branch's last convolution."""
    if name == "fc.weight":
        return 0
    block, _, layer = name.partition(".conv")
    if layer == "" or block in __CUT__:  # the first convolution, projections, blocks without a shortcut
        return 1
    return 0 if layer == "__LAST__.weight" else __SHARE__


# [end]
# [if whitened]
WHITENING_IMAGES = 1000  # or all there are


@torch.no_grad()
def whiten(model, images):
    """Has the first layer whiten 3x3 patches of normalized images [n, 3, S, S], of both signs (Jordan 2024)."""
    weight = model.conv1.weight
    outer, patches = 0, 0
    for part in images.double().split(100):
        columns = part.unfold(2, 3, 1).unfold(3, 3, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 27)
        outer, patches = outer + columns.T @ columns, patches + len(columns)
    values, vectors = torch.linalg.eigh((outer / patches).cpu())
    half = len(weight) // 2
    values, vectors = values.flip(0)[:half], vectors.T.flip(0)[:half]  # those of the largest values
    sign = vectors.gather(1, vectors.abs().argmax(1, keepdim=True)).sign()
    filters = sign * vectors / torch.sqrt(values + 5e-4)[:, None]
    weight.copy_(torch.cat([filters, -filters]).reshape(weight.shape))


# [end]
@torch.no_grad()
def initialize(model):
    """__INITIALIZATION__, normal: the weights that the page starts from with this seed."""
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1:
            fan_in = parameter[0].numel()
            # [if glorot]
            fan_out = parameter[:, 0].numel()
            deviation = math.sqrt(2 / (fan_in + fan_out))
            # [end]
            # [if he relu]
            gain = 2 if parameter.dim() == 4 else 1  # no ReLU follows the linear layer
            deviation = math.sqrt(gain / fan_in)
            # [end]
            # [if he !relu]
            deviation = math.sqrt(1 / fan_in)
            # [end]
            # [if fixup]
            deviation *= fixup_share(name)
            # [end]
            parameter.copy_(page_normal(name, tuple(parameter.shape), deviation))
            # [if dirac]
            is_beside = ".gate." in name or ".se." in name
            if parameter.dim() == 4 and name != "conv1.weight" and not is_beside:
                nn.init.dirac_(parameter[: parameter.shape[1]])  # the first filters pass their inputs on
            # [end]
        # [if learnt]
        elif name.endswith(".scale"):
            parameter.fill_(__SCALESTART__)
        # [end]
        # [if gated]
        elif name.endswith(".gate.bias"):
            parameter.fill_(__GATEBIAS__)
        # [end]
        else:
            parameter.fill_(1 if name.endswith("weight") else 0)
        # [if zeroed]
        if name.startswith("layer") and name.endswith("__ZEROED__"):
            parameter.zero_()  # every block starts as its shortcut alone
        # [end]


