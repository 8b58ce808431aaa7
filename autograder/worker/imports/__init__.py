"""What a submission may import, and what stands in for all that is not there."""
