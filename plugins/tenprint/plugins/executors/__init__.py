"""Executors that need more than this machine has; each imports its library when it is opened."""
