"""窗口代录: walk-in applicants, entered through the same questions as everybody's."""
