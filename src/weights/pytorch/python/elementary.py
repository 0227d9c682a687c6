def polynomial(coefficients, x):
    """The sum of coefficients[i] * x**i."""
    total = 0
    for coefficient in reversed(coefficients):
        total = coefficient + x * total
    return total


def page_log(x):
    """Natural logarithm of positive float64 numbers by the page's formula, to the same bits."""
    half, exponent = torch.frexp(x)
    large = 2 * half > math.sqrt(2)
    mantissa = torch.where(large, half, 2 * half)
    n = torch.where(large, exponent, exponent - 1).double()
    s = (mantissa - 1) / (mantissa + 1)
    series = polynomial([1 / k for k in range(1, 22, 2)], s * s)  # artanh
    return n * 0.6931471803691238 + (2 * s * series + n * 1.9082149292705877e-10)


# [if mixup]
def page_exp(x):
    """e**x of a float by the page's formula, to the same bits."""
    if abs(x) > 700:
        return 0.0 if x < 0 else math.inf
    n = math.floor(x * 1.4426950408889634 + 0.5)
    r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10
    total = 1.0
    for k in range(14, 0, -1):
        total = 1 + r * total / k
    return total * 2.0**n


# [end]
def page_sine(x, quarters=0):
    """sin(x + quarters * pi / 2) of float64 numbers by the page's formula, to the same bits."""
    n = torch.floor(x / (math.pi / 2) + 0.5)
    r = x - n * 1.5707963267341256 - n * 6.077100506506192e-11
    square, quadrant = r * r, (n.long() + quarters) & 3
    taylor = [(1 if k % 4 < 2 else -1) * (1 / math.factorial(k)) for k in range(19)]
    sine = r + r * (square * polynomial(taylor[3::2], square))
    cosine = 1 + square * polynomial(taylor[2::2], square)
    value = torch.where(quadrant % 2 == 0, sine, cosine)
    return torch.where(quadrant < 2, value, -value)


def page_cosine(x):
    """cos(x) of a float by the page's formula, to the same bits."""
    return page_sine(torch.tensor(x, dtype=torch.float64), 1).item()


