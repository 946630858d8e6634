"""The engine: programs as paths through a tree, recorded in segments, differentiated and run; it knows no tensors."""
