"""Letters in the desk: looked over, tried, sent, watched."""
