"""What every face on the web needs: who may come in, where it listens, what is refused, how a defect is told."""
