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
            if parameter.dim() == 4 and name != "conv1.weight" and not (name.endswith(".gate.weight") or ".se." in name):
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


