"""What every face on the web needs: access, address, guard, and how a defect is reported."""
