"""What an office enters afterwards: corrections, objections, decisions, and what each would move."""
