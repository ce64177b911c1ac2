"""What a viewer asks: who, how many, why; one customer; how good the data are. The pages and commands show these."""
