"""Pages: paper and photographs, made pages for measuring, and crops of pages for training the finder."""
