"""Sessions: independent agent contexts, each with its log, its turn, its questions and its queue."""
