"""The article in as few lines: load, look, network, train, evaluate, predict."""

import zeronine as zn

train, validation, test = zn.load_mnist()  # images (N, 28, 28) uint8, labels (N,)
print(f"{len(train):,} digits to learn from; the first is a {train.labels[0]}")

run = zn.train(train, recipe="repaired", validation=validation)  # 784-128-64-10, two epochs
print(f"{sum(weights.numel() for weights in run.network.parameters()):,} weights, kept in {run.folder}")

report = zn.evaluate(run, test)  # digits it has never seen
low, high = report.interval
print(f"{report.accuracy:.2%} of {report.count:,} right (95 % interval {low:.2%} to {high:.2%})")

probabilities = zn.classify(test.images[:1], model=run.model_path)  # (1, 10)
print(f"the first test digit is a {test.labels[0]}, read as {probabilities.argmax()}")
