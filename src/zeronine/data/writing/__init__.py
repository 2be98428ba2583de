"""Writing by pen: shapes, signs and letters, the hands that bend them, and how they are drawn."""
