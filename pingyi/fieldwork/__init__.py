"""What is done among people: samples drawn, ballot codes given out."""
