def orthogonal(matrix):
    """The nearest matrix with orthogonal rows or columns, about: five steps of Newton and Schulz (Jordan 2024)."""
    matrix = matrix / (matrix.norm() + 1e-7)
    for _ in range(5):
        gram = matrix.T @ matrix
        matrix = 3.4445 * matrix + matrix @ (-4.775 * gram + 2.0315 * gram @ gram)
    return matrix


class Muon(torch.optim.SGD):
    """SGD, but filters of convolutions move by their momentum made orthogonal, and decay apart from it."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            rate, momentum, decay = (float(group[key]) for key in ("lr", "momentum", "weight_decay"))
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                is_filter = weight.dim() == 4
                slope = weight.grad if is_filter else weight.grad + decay * weight
                state = self.state[weight]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(weight)
                velocity = state["momentum_buffer"].mul_(momentum).add_(slope)
                direction = slope + momentum * velocity if group["nesterov"] else velocity
                if is_filter:
                    matrix = orthogonal(direction.flatten(1))
                    scale = max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
                    direction = scale * matrix.reshape(weight.shape) + decay * weight
                weight.sub_(rate * direction)


