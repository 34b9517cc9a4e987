"""Words, the terms that they are searched and weighed by, and how else they may be spelt."""
