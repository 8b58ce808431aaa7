"""What staff should look at in a submission, found in its text: nothing of it is run."""
