"""Why it answered that: the model's answer taken apart on the canvas it saw."""
