# %% [markdown]
# # The article, as printed and repaired
#
# A beginners' article of 2019 trains a 784-128-64-10 network on MNIST in ten minutes of a free notebook.
# These are its steps, in plain PyTorch and in our own words: first with the faults that were printed, then without.
# It runs on the hosted notebook platform that the article was written for, and on a laptop.

# %%
# The one cell that installs: nothing happens where Zeronine is installed already.
import importlib.util
import subprocess
import sys

SOURCE = "zeronine[learn]"  # or a wheel, a folder, or "zeronine[learn] @ git+https://..." of a clone
if importlib.util.find_spec("zeronine") is None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", SOURCE], check=True)

# %% [markdown]
# ## Step 1: the libraries and the data
#
# Zeronine is used for one thing here: it fetches the digits and checks every byte.

# %%
import torch
from torch import nn

import zeronine as zn
from zeronine.lesson.notebook import row

train, _, test = zn.load_mnist()


def prepared(digits):
    """Return pictures as the article has them, from -1 to 1, each a list of 784 numbers, and labels."""
    return (torch.from_numpy(digits.images).flatten(1) / 255 - 0.5) / 0.5, torch.from_numpy(digits.labels)


images, labels = prepared(train)  # (55000, 784), (55000,)
test_images, test_labels = prepared(test)  # (10000, 784), (10000,)

# %% [markdown]
# ## Step 2: look at it

# %%
print("one batch:", images[:64].shape, labels[:64].shape)
row(train.images[:10], [str(label) for label in train.labels[:10]])

# %% [markdown]
# ## Step 3: the network, as printed
#
# The comment beside the second layer says ReLU; there is none.
# And the network ends in Softmax, so in probabilities.


# %%
def network_as_printed():
    """784 inputs, 128 and 64 units, ten probabilities."""
    return nn.Sequential(
        nn.Linear(784, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.Linear(64, 10),
        nn.Softmax(dim=1),
    )


# %% [markdown]
# ## Step 4: the loss
#
# NLLLoss *names itself* a negative log-likelihood, but takes no logarithm: it expects one.

# %%
torch.manual_seed(0)
network = network_as_printed()
first_loss = float(nn.NLLLoss()(network(images[:64]), labels[:64]).detach())
print(f"the first loss: {first_loss:.3f}; a loss below zero is the first sign")

# %% [markdown]
# ## Step 5: training
#
# Two epochs, batches of 64, plain gradient descent with a learning rate of 0.001.


# %%
def trained(network, loss_function, optimizer, schedule=None, *, epochs=2):
    """Train a network in place; return the mean loss of each epoch."""
    means = []
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        total = 0.0
        for batch in order.split(64):
            optimizer.zero_grad()
            loss = loss_function(network(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            if schedule:
                schedule.step()
            total += float(loss.detach()) * len(batch)
        means.append(total / len(images))
        print(f"epoch {epoch + 1}: loss {means[-1]:.3f}")
    return means


losses_printed = trained(network, nn.NLLLoss(), torch.optim.SGD(network.parameters(), lr=0.001))

# %% [markdown]
# ## Step 6: testing
#
# The article counts on the training pictures, one at a time.
# Here all are asked at once, and the test digits too.


# %%
def per_cent(network, images, labels):
    """Return how many per cent of the pictures a network gets right."""
    with torch.no_grad():
        return 100 * float((network(images).argmax(dim=1) == labels).float().mean())


printed_train, printed_test = per_cent(network, images, labels), per_cent(network, test_images, test_labels)
print(f"as printed: {printed_train:.2f} % of the training digits, {printed_test:.2f} % of the test digits")

# %% [markdown]
# The article shows 92 %. This code does not give it.
#
# ## The same, repaired
#
# Four changes: LogSoftmax, the missing ReLU, a learning rate that rises to 0.04 and falls again, with momentum,
# and a count on digits that were never trained on.


# %%
def network_repaired():
    """784 inputs, 128 and 64 units with ReLU after both, ten logarithms of probabilities."""
    return nn.Sequential(
        nn.Linear(784, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
        nn.LogSoftmax(dim=1),
    )


torch.manual_seed(0)
repaired = network_repaired()
optimizer = torch.optim.SGD(repaired.parameters(), lr=0.04, momentum=0.9, nesterov=True)
steps = 2 * -(-len(images) // 64)
schedule = torch.optim.lr_scheduler.OneCycleLR(
    optimizer, max_lr=0.04, total_steps=steps + 1, cycle_momentum=False
)
losses_repaired = trained(repaired, nn.NLLLoss(), optimizer, schedule)
repaired_train, repaired_test = (
    per_cent(repaired, images, labels),
    per_cent(repaired, test_images, test_labels),
)
print(f"repaired: {repaired_train:.2f} % of the training digits, {repaired_test:.2f} % of the test digits")

# %% [markdown]
# ## What changed it

# %%
print(f"{'':<12}{'loss, last epoch':>18}{'test digits right':>20}")
print(f"{'as printed':<12}{losses_printed[-1]:>18.3f}{printed_test:>18.2f} %")
print(f"{'repaired':<12}{losses_repaired[-1]:>18.3f}{repaired_test:>18.2f} %")

# %% [markdown]
# The chapters [1_data.py](1_data.py) to [9_what_it_cannot_do.py](9_what_it_cannot_do.py) take it apart, piece by piece.
