"""Where digits come from: the MNIST files, your own pictures, and changes to both."""
