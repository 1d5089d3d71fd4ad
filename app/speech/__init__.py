"""What is said: from a text to marks, for customers' messages and models' sentences alike."""
