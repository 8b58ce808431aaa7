"""A class as it arrives, a folder or an archive of any platform: who handed in which file."""
