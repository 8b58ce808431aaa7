"""What every room reads of a course: course.yml, exercise folders, compiled exercises."""
