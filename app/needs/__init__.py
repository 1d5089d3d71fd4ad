"""What is wished: from marks to a need."""
