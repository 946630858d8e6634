"""What a terminal shows: plans, progress, scores, models; whatever a table holds is made printable first."""
