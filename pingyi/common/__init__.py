"""What every room stands on: messages, files, words, paths."""
