"""The notice (通报) in Word after GB/T 9704 and as PDF (`written` is the door)."""
