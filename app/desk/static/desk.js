// How does the desk answer to keys, and act without a new page?
