"""Teaching a finished model one person's hand, in seconds and without PyTorch."""
